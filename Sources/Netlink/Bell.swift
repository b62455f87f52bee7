import CMNL
import Glibc

/// Something that may happen again and again, and that one thread waits for together with a socket.
package final class Bell: Sendable {
    /// Readable while the bell has been rung and nobody has taken notice (eventfd(2)).
    let descriptor: Int32

    /// Makes a bell that has not been rung.
    package init() throws(SystemError) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard descriptor >= 0 else { throw SystemError(call: "eventfd", errno: .current) }
    }

    deinit {
        close(descriptor)
    }

    /// Rings, on whatever thread; ringing twice before anybody takes notice is ringing once.
    package func ring() {
        // Fails only when the counter is full, and then the bell rings as it is.
        _ = eventfd_write(descriptor, 1)
    }

    /// Whether it has been rung since this was last asked.
    package func takeNotice() -> Bool {
        var count: eventfd_t = 0
        return eventfd_read(descriptor, &count) == 0
    }
}
