import Glibc
package import SystemCalls
import TestSupport

/// A blocking client on a Unix or TCP socket that can send malformed requests too. Every wait times out after a minute.
///
/// Kept minimal, because its own time is part of every measurement.
package final class HTTPClient: Sendable {
    private let descriptor: Int32

    package convenience init(path: String) throws {
        try self.init(AF_UNIX, to: path) { socket in
            UnixAddress(path: path)?.with { Glibc.connect(socket, $0, $1) } ?? -1
        }
    }

    package convenience init(_ address: InternetAddress) throws {
        try self.init(address.isIPv6 ? AF_INET6 : AF_INET, to: "\(address)") { socket in
            address.with { Glibc.connect(socket, $0, $1) }
        }
    }

    private init(_ family: Int32, to place: String, _ connect: (Int32) -> Int32) throws {
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw CallError(call: "socket") }
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        guard connect(descriptor) == 0 else {
            let failure = CallError(call: "connect to \(place)")
            close(descriptor)
            throw failure
        }
        // Set last: from here on deinit closes the descriptor, even if an initializer throws.
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Sends a whole request and returns its answer.
    package func call(_ request: [UInt8]) throws -> HTTPResponse {
        guard send(request) else { throw CallError(call: "send") }
        return try response()
    }

    /// Sends all bytes; false if the server no longer accepts them.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                Glibc.send(descriptor, bytes.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    @discardableResult
    package func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Sends as many bytes as the server accepts without reading its answers.
    package func sendSome(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, flags) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Closes the sending direction of the connection.
    package func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// The next bytes; nil at the end of the connection, however it ended.
    package func receive() throws -> [UInt8]? {
        var received = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: 64 << 10) { space, count in
            received = recv(descriptor, space.baseAddress, space.count, 0)
            count = max(0, received)
        }
        guard received < 0 else { return received == 0 ? nil : bytes }
        guard errno == ECONNRESET else { throw CallError(call: "recv") }
        return nil
    }

    /// Whether the server closes the connection without sending more.
    package func isClosed() throws -> Bool { try receive() == nil }

    /// Returns whether nothing arrives and the connection stays open for the given time.
    package func staysSilent(milliseconds: Int32) -> Bool {
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&event, 1, milliseconds) == 0
    }

    /// The next answers. Throws if there are fewer, or more bytes after them.
    package func responses(_ count: Int) throws -> [HTTPResponse] {
        var bytes: ArraySlice<UInt8> = []
        var responses: [HTTPResponse] = []
        while responses.count < count {
            if let response = try HTTPResponse(takenFrom: &bytes) {
                responses.append(response)
            } else if let more = try receive() {
                bytes = bytes.isEmpty ? more[...] : bytes + more
            } else {
                throw HTTPResponse.Malformed(bytes: Array(bytes))
            }
        }
        guard bytes.isEmpty else { throw HTTPResponse.Malformed(bytes: Array(bytes)) }
        return responses
    }

    package func response() throws -> HTTPResponse { try responses(1)[0] }
}
