import Synchronization

/// Counts disturbances of the host while workers run.
final class Weather: Sendable {
    private let stormCount = Atomic(0)
    private let killCount = Atomic(0)

    /// Twice the number of storms, even between storms; odd during one.
    var storms: Int { stormCount.load(ordering: .sequentiallyConsistent) }
    /// The number of kills.
    var kills: Int { killCount.load(ordering: .sequentiallyConsistent) }

    var isStormy: Bool { storms % 2 == 1 }

    func changeStorm() { stormCount.wrappingAdd(1, ordering: .sequentiallyConsistent) }

    func countKill() { killCount.wrappingAdd(1, ordering: .sequentiallyConsistent) }
}
