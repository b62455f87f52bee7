import Glibc
package import SystemCalls

/// Asks the daemon's TCP address.
package protocol MetricsProbe: Sendable {
    /// The address and port.
    var address: String { get }
    /// Returns why the daemon does not answer there; nil if it does. Blocks, at most a few seconds.
    func fault() -> String?
}

/// Asks for `/healthz` over TCP.
package struct TCPMetricsProbe: MetricsProbe {
    private let socketAddress: InternetAddress
    /// The longest that connecting, sending or one piece of the answer may take, in seconds.
    private let limit: Int

    package init(_ address: InternetAddress, limit: Int = 2) {
        socketAddress = address
        self.limit = limit
    }

    package var address: String { "\(socketAddress)" }

    package func fault() -> String? {
        let descriptor = socket(
            socketAddress.isIPv6 ? AF_INET6 : AF_INET,
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return "\(Errno.current)" }
        defer { close(descriptor) }
        var time = timeval(tv_sec: limit, tv_usec: 0)
        // Also limits connect(2) (socket(7)).
        for option in [SO_SNDTIMEO, SO_RCVTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        }
        guard socketAddress.with({ connect(descriptor, $0, $1) }) == 0 else {
            return Errno.current == .connectionRefused ? "nothing listens" : "no connection (\(Errno.current))"
        }
        let request = Array("GET /healthz HTTP/1.1\r\nHost: \(address)\r\nConnection: close\r\n\r\n".utf8)
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            return "another program has the port"
        }
        return isHealthy(descriptor) ? nil : "another program has the port, or the daemon does not answer"
    }

    /// Whether the answer begins with the status 200.
    private func isHealthy(_ descriptor: Int32) -> Bool {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 512)
        let start = "HTTP/1.1 200"
        while bytes.count < start.utf8.count {
            guard let count = try? retryingOnInterrupt("recv", { recv(descriptor, &chunk, chunk.count, 0) }), count > 0
            else { return false }
            bytes += chunk[..<count]
        }
        return bytes.starts(with: start.utf8)
    }
}
