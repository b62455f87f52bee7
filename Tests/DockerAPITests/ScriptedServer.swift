import Glibc
import SystemCalls
import TestSupport

/// A server on a Unix socket that answers each connection with the same bytes, whatever is asked.
final class ScriptedServer: Sendable {
    /// What happens after the last piece of an answer.
    enum End { case close, silence }

    let path: String
    private let directory: TemporaryDirectory
    private let listener: Int32
    private let requests = Requests()

    /// Serves until deinit. The pieces arrive apart from each other.
    init(_ pieces: [[UInt8]], then end: End = .close) throws {
        directory = try TemporaryDirectory()
        path = directory.file("docker.sock")
        listener = try Self.listen(path, queue: 16)
        let (listener, requests) = (listener, requests)
        startOnOwnThread {
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                requests.append(Self.readHead(connection))
                for piece in pieces {
                    // The client reads a piece before the next one is sent, mostly; no test depends on it.
                    usleep(2000)
                    _ = send(connection, piece, piece.count, Int32(MSG_NOSIGNAL))
                }
                if end == .silence { requests.keep(connection) } else { close(connection) }
            }
            // Not before: another server could get the same number while this thread still uses it.
            close(listener)
        }
    }

    convenience init(_ text: String, then end: End = .close) throws { try self.init([Array(text.utf8)], then: end) }

    /// Serves a JSON document with the given status, in chunks like Docker.
    convenience init(status: Int = 200, json: String) throws {
        try self.init(Self.chunked(Array(json.utf8), status: status).map { Array($0) })
    }

    /// The heads of the requests so far.
    var heads: [String] { requests.heads }

    /// Returns a chunked answer in pieces of a few hundred bytes.
    static func chunked(_ body: [UInt8], status: Int = 200) -> [[UInt8]] {
        let head = "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        let chunks = stride(from: 0, to: body.count, by: 4000).map { start in
            let part = body[start..<min(start + 4000, body.count)]
            return Array("\(String(part.count, radix: 16))\r\n".utf8) + part + Array("\r\n".utf8)
        }
        return [Array(head.utf8)] + chunks + [Array("0\r\n\r\n".utf8)]
    }

    /// Binds a socket and returns it.
    static func listen(_ path: String, queue: Int32) throws -> Int32 {
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard UnixAddress(path: path)?.with({ bind(listener, $0, $1) }) == 0, Glibc.listen(listener, queue) == 0 else {
            throw CallError(call: "bind")
        }
        return listener
    }

    private static func readHead(_ connection: Int32) -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while !String(decoding: bytes, as: UTF8.self).contains("\r\n\r\n") {
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    deinit {
        // Ends the thread's wait.
        shutdown(listener, Int32(SHUT_RDWR))
        requests.closeAll()
    }
}
