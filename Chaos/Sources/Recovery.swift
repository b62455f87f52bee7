import TestSupport

/// Starts the daemon after a kill, and sometimes kills it again while it starts.
struct Recovery {
    /// The expected number of fault points of a start.
    private static let farthest = 12

    let run: Run

    /// Returns when the daemon serves.
    func start(_ generator: inout SeededGenerator) throws {
        if generator.isOne(of: 4) {
            let distance = Int.random(in: 1...Self.farthest, using: &generator)
            run.daemon.log.note("to be killed again at point \(distance) of the start")
            try start(armedAt: distance)
        } else {
            try run.daemon.start()
        }
    }

    /// Starts the daemon with a fault point armed, and again if it was killed there; returns whether it was.
    @discardableResult
    func start(armedAt distance: Int) throws -> Bool {
        run.daemon.arm(distance)
        let start = try run.daemon.start()
        // It may also reach the point right after it has begun to serve.
        guard try run.daemon.disarm() || start == .killed else { return false }
        run.daemon.log.note("killed at point \(distance) of the start")
        try run.daemon.start()
        return true
    }
}
