import Synchronization

/// What was done and found so far, counted by all threads.
final class Tally: Sendable {
    struct Counts {
        /// Kills, parents taken away, disks filled: what the daemon had to get over.
        var faults = 0
        var calls = 0
        /// Records that were compared with the kernel, each time that they were.
        var records = 0
        /// Marked links and routes without a record, and records without their links, that did not go.
        var orphans = 0
        /// Networks whose making was answered and that are not there.
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
