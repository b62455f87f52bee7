import NIOCore

/// An actor that runs on one event loop, and that other threads can call without a suspension.
protocol LoopActor: Actor {
    nonisolated var loop: any EventLoop { get }
}

extension LoopActor {
    /// Runs `work` on the loop as soon as the loop is free; returns at once.
    nonisolated func enqueue(_ work: @escaping @Sendable (isolated Self) -> Void) {
        loop.execute { self.assumeIsolated(work) }
    }

    /// Runs `work` on the loop and returns its result; blocks the calling thread, which must not be the loop's.
    nonisolated func perform<Result: Sendable>(
        _ work: @escaping @Sendable (isolated Self) throws -> Result
    ) throws -> Result {
        try loop.submit { try self.assumeIsolated(work) }.wait()
    }

    /// Runs `work` on the loop after a pause.
    @discardableResult
    nonisolated func schedule(
        in pause: TimeAmount, _ work: @escaping @Sendable (isolated Self) -> Void
    ) -> Scheduled<Void> {
        loop.scheduleTask(in: pause) { self.assumeIsolated(work) }
    }
}
