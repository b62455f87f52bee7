import CGlibc
import Glibc

/// An event counter of the kernel's (eventfd(2)), so that a thread can wait for an event and a socket at once.
struct EventDescriptor: ~Copyable, Sendable {
    /// Readable while the counter is not zero.
    let number: Int32

    /// Opens a counter at zero.
    init() throws(SystemError) {
        number = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard number >= 0 else { throw SystemError(call: "eventfd") }
    }

    deinit { close(number) }

    /// Makes the descriptor readable.
    func signal() {
        // Fails only when the counter is full, and then the descriptor is readable as it is.
        _ = eventfd_write(number, 1)
    }

    /// Resets the counter; false when it was zero.
    func reset() -> Bool {
        var count: eventfd_t = 0
        return eventfd_read(number, &count) == 0
    }
}

/// Blocks until one of the descriptors is readable or has an error, or the time is over; without limit when the time
/// is negative. A signal handler's interruption restarts the time.
package func waitForInput(_ descriptors: [Int32], milliseconds: Int32 = -1) throws(SystemError) {
    var files = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    try retryingOnInterrupt("poll") { poll(&files, nfds_t(files.count), milliseconds) }
}
