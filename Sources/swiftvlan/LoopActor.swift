import NIOCore

/// An actor that runs on one event loop, and can be reached from other threads in ways that do not suspend.
protocol LoopActor: Actor {
    nonisolated var loop: any EventLoop { get }
}

extension LoopActor {
    /// Has work done as soon as the loop gets to it; returns at once.
    nonisolated func enqueue(_ work: @escaping @Sendable (isolated Self) -> Void) {
        loop.execute { self.assumeIsolated(work) }
    }

    /// Has work done and returns its result; blocks the calling thread, which must not be the loop's.
    nonisolated func perform<Result: Sendable>(
        _ work: @escaping @Sendable (isolated Self) throws -> Result
    ) throws -> Result {
        try loop.submit { try self.assumeIsolated(work) }.wait()
    }

    /// Has work done after a while.
    @discardableResult
    nonisolated func schedule(
        in pause: TimeAmount, _ work: @escaping @Sendable (isolated Self) -> Void
    ) -> Scheduled<Void> {
        loop.scheduleTask(in: pause) { self.assumeIsolated(work) }
    }
}
