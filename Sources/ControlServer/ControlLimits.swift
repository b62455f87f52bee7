package import HTTPServer

extension HTTPServer.Limits {
    /// The limits of the control socket, whose clients are root and operators.
    package static let control = {
        var limits = HTTPServer.Limits()
        // The largest body is a list for `POST /v1/gc`: 67 bytes for each network and endpoint, so 15,000 fit. Only root
        // may send one.
        limits.bodySize = 1 << 20
        limits.setLimitsOfReaders(connections: 64)
        return limits
    }()

    /// The limits of the TCP socket, which any local user can reach, or more, depending on its address.
    package static let metrics = {
        var limits = HTTPServer.Limits()
        // No path has a body.
        limits.bodySize = 0
        limits.setLimitsOfReaders(connections: 32)
        // No request changes anything.
        limits.shutdownSeconds = 0
        return limits
    }()

    private mutating func setLimitsOfReaders(connections: Int) {
        self.connections = connections
        // Longer than the pause between two requests of the page or of Prometheus.
        idleSeconds = 75
        readingSeconds = 30
        // Several documents of 5,000 endpoints.
        unreadBytes = 32 << 20
        // Requests that wait for news need not be answered when the daemon stops.
        shutdownSeconds = 1
    }
}
