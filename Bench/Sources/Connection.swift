import Glibc
import ServerTestKit

/// A request as the engine writes it, ready to be sent.
struct Request {
    let bytes: [UInt8]

    init(_ path: String, _ body: String = "") {
        bytes = Array(
            ("POST \(path) HTTP/1.1\r\nHost: plugin.moby.localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)").utf8)
    }
}

/// A connection that is kept for one request after another; blocks, for a minute at most.
///
/// No more than it takes: what the client does itself is in every time that is measured with it.
final class Connection: Sendable {
    private static let lengthField = Array("content-length:".utf8)

    private let descriptor: Int32

    init(to path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw CallError(call: "socket") }
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        guard withAddress(of: path, { connect(descriptor, $0, $1) }) == 0 else {
            let failure = CallError(call: "connect to \(path)")
            close(descriptor)
            throw failure
        }
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Sends a request and returns the body of its answer, which must be a success: no figure shall be of refusals.
    @discardableResult
    func post(_ request: Request) throws -> ArraySlice<UInt8> {
        guard send(descriptor, request.bytes, request.bytes.count, Int32(MSG_NOSIGNAL)) == request.bytes.count else {
            throw CallError(call: "send")
        }
        var bytes = [UInt8](repeating: 0, count: 8192)
        var filled = 0
        while true {
            let received = bytes.withUnsafeMutableBytes { space in
                recv(descriptor, space.baseAddress.map { $0 + filled }, space.count - filled, 0)
            }
            guard received > 0 else { throw CallError(call: "recv") }
            filled += received
            guard let body = Self.body(of: bytes[..<filled]) else { continue }
            // "HTTP/1.1 2…"
            guard bytes[9] == UInt8(ascii: "2"), !body.starts(with: #"{"Err""#.utf8) else {
                throw BenchError(
                    "a call was refused: \(String(decoding: request.bytes, as: UTF8.self))\n"
                        + String(decoding: bytes[..<filled], as: UTF8.self))
            }
            return body
        }
    }

    /// The body of an answer that has come whole.
    private static func body(of bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var length = 0
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = bytes[start..<end]
            start = end + 1
            if line.count <= 1 {
                return bytes.count >= start + length ? bytes[start..<start + length] : nil
            }
            // Letters become small ones by this bit, and the field's other two characters have it.
            if line.count > lengthField.count, zip(line, lengthField).allSatisfy({ $0 | 0x20 == $1 }) {
                length = line.dropFirst(lengthField.count).reduce(0) { sum, digit in
                    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) ? sum * 10 + Int(digit & 0xf) : sum
                }
            }
        }
        return nil
    }
}
