import DriverCore
import RemoteDriver

/// What Docker's calls of the last minutes were about.
///
/// Docker calls the driver before it stores a new network or endpoint, so that lists of Docker lack what it is just
/// creating. Garbage collection leaves alone what this remembers.
struct RecentCalls {
    /// How long a call is remembered, in seconds.
    static let memory = 600.0
    /// How long after a call its network and endpoint are left alone, in seconds: until Docker has surely stored them.
    static let settling = 10.0

    private var underWay: [String: Int] = [:]
    /// When the last call about a network or an endpoint ended, in seconds since the kernel's boot.
    private var ends: [String: Double] = [:]
    private var prunedAt = SystemClock.sinceBoot
    /// The start of the daemon: what it was called about before is not known.
    private let start: Double

    /// `start` is in seconds since the kernel's boot.
    init(start: Double = SystemClock.sinceBoot) { self.start = start }

    mutating func begin(_ call: DriverCall) {
        for id in Self.subjects(of: call) { underWay[id, default: 0] += 1 }
    }

    mutating func end(_ call: DriverCall, at now: Double = SystemClock.sinceBoot) {
        for id in Self.subjects(of: call) {
            let left = underWay[id, default: 1] - 1
            underWay[id] = left > 0 ? left : nil
            ends[id] = now
        }
        if now - prunedAt > Self.memory {
            ends = ends.filter { now - $0.value < Self.memory }
            prunedAt = now
        }
    }

    /// Whether Docker may have called about a network or endpoint since a moment, or has called so recently that its
    /// lists may lack it.
    ///
    /// A moment in the future comes from another clock and says nothing, so it may.
    func mayConcern(_ id: String, since moment: Double, now: Double = SystemClock.sinceBoot) -> Bool {
        guard moment <= now else { return true }
        if underWay[id] != nil || moment < max(start, now - Self.memory) { return true }
        return ends[id].map { $0 >= moment - Self.settling } ?? (start > now - Self.settling)
    }

    private static func subjects(of call: DriverCall) -> [String] {
        [call.networkID.text] + (call.endpointID.map { [$0.text] } ?? [])
    }
}
