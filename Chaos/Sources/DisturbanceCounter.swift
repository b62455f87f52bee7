import Synchronization

/// Counts kills of the daemon and disturbances of the host while workers run.
final class DisturbanceCounter: Sendable {
    private let changeCount = Atomic(0)
    private let killCount = Atomic(0)

    /// The starts and ends of disturbances: odd during one.
    var changes: Int { changeCount.load(ordering: .sequentiallyConsistent) }
    /// The number of kills.
    var kills: Int { killCount.load(ordering: .sequentiallyConsistent) }

    var isDisturbed: Bool { changes % 2 == 1 }

    /// Counts the start or the end of a disturbance.
    func countChange() { changeCount.wrappingAdd(1, ordering: .sequentiallyConsistent) }

    func countKill() { killCount.wrappingAdd(1, ordering: .sequentiallyConsistent) }
}
