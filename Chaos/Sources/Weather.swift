import Synchronization

/// What happens to the host while workers work.
final class Weather: Sendable {
    private let stormCount = Atomic(0)
    private let killCount = Atomic(0)

    /// How many times links were taken away, with those upon them. Even when it is calm.
    var storms: Int { stormCount.load(ordering: .sequentiallyConsistent) }
    /// How many times the daemon was killed.
    var kills: Int { killCount.load(ordering: .sequentiallyConsistent) }

    var isStormy: Bool { storms % 2 == 1 }

    func changeStorm() {
        stormCount.wrappingAdd(1, ordering: .sequentiallyConsistent)
    }

    func countKill() {
        killCount.wrappingAdd(1, ordering: .sequentiallyConsistent)
    }
}
