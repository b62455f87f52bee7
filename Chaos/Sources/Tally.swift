import Synchronization

/// Counts actions and findings of all threads.
final class Tally: Sendable {
    struct Counts {
        /// Injected faults: kills, removed parents, full disks.
        var faults = 0
        var calls = 0
        /// Comparisons of a record with the kernel.
        var records = 0
        /// Links and routes without a record, and records without links, that were not removed.
        var orphans = 0
        /// Networks that are missing although their creation was answered.
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
        "faults injected \(faults), calls made \(calls), records compared \(records), orphans \(orphans), "
            + "lost networks \(lostNetworks)"
    }
}
