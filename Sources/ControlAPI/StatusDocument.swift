/// The state of all networks and of the links below them: the answer to `GET /v1/status`.
///
/// The daemon builds it from a snapshot; without a daemon, the commands build it from the records and the kernel.
package struct StatusDocument: Codable, Hashable, Sendable {
    /// The daemon; nil if the commands built the document without one.
    package var daemon: DaemonDocument?
    /// Changes whenever anything else in the document does; only for comparison with `?after=`.
    package var revision: String
    /// One line, such as `12 networks, 1 waiting for eth1`.
    package var summary: String
    /// Sorted by parent and identifier.
    package var networks: [NetworkDocument]
    /// The links that networks use: their parents, everything below those, and the shims. Sorted by name.
    package var links: [LinkDocument]
    /// Why records could not be read, one sentence each.
    package var unreadable: [String]

    package init(
        daemon: DaemonDocument? = nil, revision: String = "", summary: String = "", networks: [NetworkDocument] = [],
        links: [LinkDocument] = [], unreadable: [String] = []
    ) {
        self.daemon = daemon
        self.revision = revision
        self.summary = summary
        self.networks = networks
        self.links = links
        self.unreadable = unreadable
    }
}

/// The daemon that answers.
package struct DaemonDocument: Codable, Hashable, Sendable {
    package var version: String
    /// The start of the daemon, in seconds since 1970.
    package var startedAt: Double
    package var processID: Int32
    /// Whether it has CAP_NET_RAW, and therefore checks for conflicts and announces addresses.
    package var canUseLAN: Bool

    package init(version: String, startedAt: Double, processID: Int32, canUseLAN: Bool) {
        self.version = version
        self.startedAt = startedAt
        self.processID = processID
        self.canUseLAN = canUseLAN
    }
}
