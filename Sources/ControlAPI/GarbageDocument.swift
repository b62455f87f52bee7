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

    /// Returns the same request as several ones with at most `count` identifiers each, endpoints before networks.
    package func parts(of count: Int) -> [GarbageRequest] {
        Self.slices(endpoints, count).map { GarbageRequest(asOf: asOf, endpoints: $0) }
            + Self.slices(networks, count).map { GarbageRequest(asOf: asOf, networks: $0) }
    }

    private static func slices(_ all: [String], _ count: Int) -> [[String]] {
        stride(from: 0, to: all.count, by: count).map { Array(all[$0..<min($0 + count, all.count)]) }
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

    /// Adds the answer to a further part of the request; a reason that was the last one already is not repeated.
    package mutating func add(_ part: GarbageDocument) {
        networks += part.networks
        endpoints += part.endpoints
        for refusal in part.refusals where refusals.last != refusal { refusals.append(refusal) }
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
