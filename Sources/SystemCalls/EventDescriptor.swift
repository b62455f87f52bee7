import CGlibc
import Glibc

/// A kernel event counter (eventfd(2)), which lets a thread wait for an event and a socket at once.
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
        // Fails only if the counter is full, and then the descriptor is already readable.
        _ = eventfd_write(number, 1)
    }

    /// Resets the counter; returns false if it was zero.
    func reset() -> Bool {
        var count: eventfd_t = 0
        return eventfd_read(number, &count) == 0
    }
}

/// Blocks until one of the descriptors is readable or has an error, or the time is over.
///
/// A negative time is unlimited. The time starts again after an interruption by a signal handler.
package func waitForInput(_ descriptors: [Int32], milliseconds: Int32 = -1) throws(SystemError) {
    var files = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    try retryingOnInterrupt("poll") { poll(&files, nfds_t(files.count), milliseconds) }
}
