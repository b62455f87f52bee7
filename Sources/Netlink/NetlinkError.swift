package import SystemCalls

/// Why a netlink request failed.
package enum NetlinkError: Error, Hashable {
    /// The kernel refused the request. The connection stays usable.
    case refused(KernelRefusal)
    /// A system call on the socket failed.
    case system(SystemError)
    /// The answer is not well-formed netlink.
    case malformedAnswer(DecodingError)
    /// The request does not fit the space for one message.
    case unencodable(EncodingError)
    /// The kernel did not answer within the connection's time limit.
    case timedOut
    /// The table changed during each of this many attempts to read it.
    case dumpInterrupted(attempts: Int)

    /// The kernel's error number, if the kernel refused the request.
    package var errno: Errno? {
        guard case .refused(let refusal) = self else { return nil }
        return refusal.errno
    }
}

extension NetlinkError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .refused(let refusal): refusal.description
        case .system(let error): error.description
        case .malformedAnswer(let error): "the kernel's answer could not be read: \(error)"
        case .unencodable(let error): "the request could not be written: \(error)"
        case .timedOut: "the kernel did not answer in time"
        case .dumpInterrupted(let attempts): "the table changed during each of \(attempts) attempts to read it"
        }
    }
}

/// The kernel's refusal of one request, with its message if it sent one.
package struct KernelRefusal: Hashable, Sendable {
    package let errno: Errno
    /// The message of the extended acknowledgement (`NLMSGERR_ATTR_MSG`); many kernel paths send none.
    package let message: String?
    /// The offset in bytes of the attribute that the kernel objects to (`NLMSGERR_ATTR_OFFS`).
    package let offset: UInt32?

    package init(errno: Errno, message: String? = nil, offset: UInt32? = nil) {
        self.errno = errno
        self.message = message
        self.offset = offset
    }
}

extension KernelRefusal: CustomStringConvertible {
    package var description: String {
        guard let message else { return errno.description }
        return "\(errno): \(message)"
    }
}
