/// Wakes a thread that waits on a descriptor, any number of times.
package final class Wakeup: Sendable {
    private let event: EventDescriptor

    /// Creates a wakeup that is not pending.
    package init() throws(SystemError) { event = try EventDescriptor() }

    /// Readable while a wakeup is pending.
    package var descriptor: Int32 { event.number }

    /// Wakes the thread; may be called on any thread. Calls before the next `take` count as one.
    package func notify() { event.signal() }

    /// Takes the pending wakeup; returns false if none is pending.
    package func take() -> Bool { event.reset() }
}
