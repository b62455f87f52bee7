/// What Docker no longer has: the body of `POST /v1/gc`.
package struct GarbageRequest: Codable, Hashable, Sendable {
    /// When the daemon's status was read, before Docker was asked: seconds since the kernel's boot
    /// (`CLOCK_BOOTTIME` in clock_gettime(2)).
    ///
    /// What Docker has called the daemon about since then stays.
    package var asOf: Double
    /// The networks that Docker no longer has.
    package var networks: [String]
    /// The endpoints that Docker no longer has.
    package var endpoints: [String]

    package init(asOf: Double, networks: [String] = [], endpoints: [String] = []) {
        self.asOf = asOf
        self.networks = networks
        self.endpoints = endpoints
    }
}

/// What the daemon removed, and why something stays: the answer to `POST /v1/gc`.
package struct GarbageDocument: Codable, Hashable, Sendable {
    package var networks: [String]
    package var endpoints: [String]
    /// One sentence for each network and endpoint that stays.
    package var refusals: [String]

    package init(networks: [String] = [], endpoints: [String] = [], refusals: [String] = []) {
        self.networks = networks
        self.endpoints = endpoints
        self.refusals = refusals
    }
}

/// The result of a reconciliation: the answer to `POST /v1/reconcile`.
package struct ReconcileDocument: Codable, Hashable, Sendable {
    /// Numbers of repairs by kind; empty if nothing had to be repaired.
    package var repairs: [String: Int]
    /// Whether repairs are left, which the daemon retries soon.
    package var isUnfinished: Bool
    /// What was found and done, one sentence each.
    package var notices: [String]

    package init(repairs: [String: Int] = [:], isUnfinished: Bool = false, notices: [String] = []) {
        self.repairs = repairs
        self.isUnfinished = isUnfinished
        self.notices = notices
    }
}

/// Why a request was refused: one sentence.
package struct ErrorDocument: Codable, Hashable, Sendable {
    package var error: String

    package init(error: String) { self.error = error }
}
