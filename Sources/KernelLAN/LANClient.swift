package import DriverCore
package import Logging

/// Asks the LANs of the host's links about conflicts, and announces addresses to them, on a thread of its own.
package final class LANClient: Sendable {
    private let logger: Logger

    package init(logger: Logger) { self.logger = logger }

    /// Starts the thread, in the network namespace of the calling thread; does nothing if already started.
    package func start() throws(DriverError) {}

    /// Ends the thread; questions that wait are answered with `notAsked`.
    package func stop() {}

    /// Asks a question; returns at once, on any thread. `answer` is called once, on this client's thread: at the first
    /// conflict, or when the time is over.
    package func ask(_ question: ConflictQuestion, _ answer: @escaping @Sendable (ConflictAnswer) -> Void) {
        answer(.notAsked("not built"))
    }

    /// Sends announcements three times, one second apart; returns at once, on any thread.
    package func announce(_ announcements: [Announcement]) {}

    /// Calls `answer` on the thread as soon as it is free; never while the thread hangs or is not started.
    package func ping(_ answer: @escaping @Sendable () -> Void) {}
}
