import CMNL
import Glibc
import Synchronization

/// Something that happens once and that any number of threads can wait for, together with a socket or alone.
package final class Signal: Sendable {
    /// Readable from the moment on that the signal is raised (eventfd(2)).
    let descriptor: Int32
    private let raised = Atomic(false)

    /// Makes a signal that has not been raised.
    package init() throws(SystemError) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard descriptor >= 0 else { throw SystemError(call: "eventfd", errno: .current) }
    }

    deinit {
        close(descriptor)
    }

    /// Whether it has been raised; asks nobody but memory.
    package var isRaised: Bool { raised.load(ordering: .acquiring) }

    /// Raises the signal; doing so again changes nothing.
    package func raise() {
        guard !raised.exchange(true, ordering: .acquiringAndReleasing) else { return }
        // Cannot fail: the counter is far from full, and nobody reads it.
        _ = eventfd_write(descriptor, 1)
    }

    /// Blocks until the signal is raised.
    package func wait() {
        while !isRaised { wait(milliseconds: -1) }
    }

    /// Blocks until the signal is raised, or for so many milliseconds; whether it was raised.
    @discardableResult
    package func wait(milliseconds: Int32) -> Bool {
        if !isRaised { try? waitForInput([descriptor], milliseconds: milliseconds) }
        return isRaised
    }
}

/// Blocks until one of the files has something to read, or an error, or for so many milliseconds; for ever when they are
/// negative. A signal handler's interruption begins the time anew.
func waitForInput(_ descriptors: [Int32], milliseconds: Int32 = -1) throws(SystemError) {
    var files = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    try retryingOnInterrupt("poll") { Int(poll(&files, nfds_t(files.count), milliseconds)) }
}
