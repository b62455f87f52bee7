import TestSupport

/// Starts the daemon after a kill, and sometimes kills it again while it starts.
struct Recovery {
    /// The highest fault point of a start at which the daemon is killed.
    private static let farthest = 12

    let run: Run

    /// Returns when the daemon serves.
    func start(_ generator: inout SeededGenerator) throws {
        if generator.isOne(of: 4) {
            let distance = Int.random(in: 1...Self.farthest, using: &generator)
            run.daemon.log.note("the daemon will be killed again at fault point \(distance) of its start")
            try start(armedAt: distance)
        } else {
            try run.daemon.start()
        }
    }

    /// Starts the daemon with an armed fault point, and again if it was killed there. Returns whether it was.
    @discardableResult
    func start(armedAt distance: Int) throws -> Bool {
        run.daemon.arm(distance)
        let start = try run.daemon.start()
        // The daemon may also reach the point right after it has begun to serve.
        guard try run.daemon.disarm() || start == .killed else { return false }
        run.daemon.log.note("the daemon was killed at fault point \(distance) of its start")
        try run.daemon.start()
        return true
    }
}
