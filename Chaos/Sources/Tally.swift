import Synchronization

/// Counts the actions and findings of all threads.
final class Tally: Sendable {
    struct Counts {
        /// Injected faults: kills, removed parents, full disks.
        var faults = 0
        var calls = 0
        /// Records compared with the kernel.
        var records = 0
        /// Links and routes without a record, and records of deleted objects, that were not removed in time.
        var orphans = 0
        /// Networks without a record although their creation was answered.
        var lostNetworks = 0
    }

    private let counts = Mutex(Counts())

    var total: Counts { counts.withLock { $0 } }

    func add(_ field: any WritableKeyPath<Counts, Int> & Sendable, _ number: Int = 1) {
        counts.withLock { $0[keyPath: field] += number }
    }
}

extension Tally.Counts: CustomStringConvertible {
    var description: String {
        "Total: \(faults) faults injected, \(calls) calls made, \(records) records compared, \(orphans) orphans, "
            + "\(lostNetworks) lost networks"
    }
}
