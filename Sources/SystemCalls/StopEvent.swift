import Glibc
import Synchronization

/// An event that happens once, such as a request to stop.
///
/// Any number of threads can wait for it, alone or together with a socket.
package final class StopEvent: Sendable {
    private static let pauseAfterFailure: UInt32 = 10_000

    private let event: EventDescriptor
    private let isSetFlag = Atomic(false)

    /// Creates an event that is not set.
    package init() throws(SystemError) { event = try EventDescriptor() }

    /// Readable once the event is set.
    package var descriptor: Int32 { event.number }

    /// Whether the event is set; reads memory only.
    package var isSet: Bool { isSetFlag.load(ordering: .acquiring) }

    /// Sets the event; setting it again changes nothing.
    package func set() {
        guard !isSetFlag.exchange(true, ordering: .acquiringAndReleasing) else { return }
        event.signal()
    }

    /// Blocks until the event is set.
    package func wait() { while !isSet { wait(milliseconds: -1) } }

    /// Blocks until the event is set or the time is over. Returns whether it is set.
    @discardableResult
    package func wait(milliseconds: Int32) -> Bool {
        guard !isSet else { return true }
        do {
            try waitForInput([descriptor], milliseconds: milliseconds)
        } catch {
            // The kernel is short of memory (poll(2)); a caller that waits in a loop must not use up the CPU too.
            usleep(Self.pauseAfterFailure)
        }
        return isSet
    }
}
