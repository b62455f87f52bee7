import Glibc

/// A plain blocking client of a Unix socket that sends what no proper HTTP client would; every wait ends after a minute.
package final class UnixClient: Sendable {
    private let descriptor: Int32

    package init(path: String) throws {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw CallError(call: "socket") }
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        guard withAddress(of: path, { connect(descriptor, $0, $1) }) == 0 else {
            let failure = CallError(call: "connect")
            close(descriptor)
            throw failure
        }
        // Last of all: from here on deinit closes it, also when an initializer throws.
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Sends all of it; false when the server no longer takes it.
    @discardableResult
    package func send(_ bytes: some Collection<UInt8>) -> Bool {
        let bytes = Array(bytes)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    @discardableResult
    package func send(_ text: String) -> Bool { send(text.utf8) }

    /// Says that nothing more will be sent.
    package func endSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// The next bytes that come; nil at the end of the connection, in whatever way it ended.
    package func receive() throws -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count > 0 { return Array(buffer[..<count]) }
        guard count == 0 || errno == ECONNRESET else { throw CallError(call: "recv") }
        return nil
    }

    /// Whether the server closes the connection without sending more.
    package func isClosed() throws -> Bool { try receive() == nil }

    /// Whether nothing comes and the connection stays open for so long.
    package func staysSilent(milliseconds: Int32) -> Bool {
        var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&event, 1, milliseconds) == 0
    }

    /// The next answers that the server sends, of which there must be so many.
    package func responses(_ count: Int) throws -> [Response] {
        var bytes: [UInt8] = []
        var responses: [Response] = []
        while responses.count < count {
            while responses.count < count, let response = try Response(takenFrom: &bytes) {
                responses.append(response)
            }
            guard responses.count < count else { break }
            guard let more = try receive() else { throw Response.Malformed(bytes: bytes) }
            bytes += more
        }
        guard bytes.isEmpty else { throw Response.Malformed(bytes: bytes) }
        return responses
    }

    package func response() throws -> Response { try responses(1)[0] }
}
