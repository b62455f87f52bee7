import Glibc

/// The calling thread's network namespace.
package enum NetworkNamespace {
    /// `SO_NETNS_COOKIE` (asm-generic/socket.h), which older headers lack.
    private static let cookieOption: Int32 = 71

    /// The namespace's cookie, a number that the kernel gives to no other namespace until the next boot
    /// (`SO_NETNS_COOKIE`); 0 before Linux 5.14.
    package static var cookie: UInt64 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        var cookie: UInt64 = 0
        var size = socklen_t(MemoryLayout<UInt64>.size)
        guard getsockopt(descriptor, SOL_SOCKET, cookieOption, &cookie, &size) == 0 else { return 0 }
        return cookie
    }
}
