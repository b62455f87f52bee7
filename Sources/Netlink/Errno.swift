import Glibc

/// An error number of the C library or the kernel.
package struct Errno: Hashable, Sendable {
    package let code: Int32

    package init(code: Int32) {
        self.code = code
    }

    /// The calling thread's error number, to be read right after the failed call.
    static var current: Errno { Errno(code: errno) }

    package static let accessDenied = Errno(code: EACCES)
    package static let addressInUse = Errno(code: EADDRINUSE)
    package static let addressNotAvailable = Errno(code: EADDRNOTAVAIL)
    package static let addressFamilyNotSupported = Errno(code: EAFNOSUPPORT)
    package static let alreadyExists = Errno(code: EEXIST)
    package static let busy = Errno(code: EBUSY)
    package static let interrupted = Errno(code: EINTR)
    package static let invalidArgument = Errno(code: EINVAL)
    package static let networkDown = Errno(code: ENETDOWN)
    package static let noBufferSpace = Errno(code: ENOBUFS)
    package static let noSuchDevice = Errno(code: ENODEV)
    package static let noSuchEntry = Errno(code: ENOENT)
    package static let noSuchProcess = Errno(code: ESRCH)
    package static let notPermitted = Errno(code: EPERM)
    package static let notSupported = Errno(code: EOPNOTSUPP)
    package static let tryAgain = Errno(code: EAGAIN)

    /// The C name where this table knows it: the numbers that rtnetlink answers with.
    private var name: String? {
        switch code {
        case EACCES: "EACCES"
        case EADDRINUSE: "EADDRINUSE"
        case EADDRNOTAVAIL: "EADDRNOTAVAIL"
        case EAFNOSUPPORT: "EAFNOSUPPORT"
        case EAGAIN: "EAGAIN"
        case EBUSY: "EBUSY"
        case EEXIST: "EEXIST"
        case EINVAL: "EINVAL"
        case EMFILE: "EMFILE"
        case ENETDOWN: "ENETDOWN"
        case ENETUNREACH: "ENETUNREACH"
        case ENOBUFS: "ENOBUFS"
        case ENODEV: "ENODEV"
        case ENOENT: "ENOENT"
        case ENOMEM: "ENOMEM"
        case EOPNOTSUPP: "EOPNOTSUPP"
        case EPERM: "EPERM"
        case ERANGE: "ERANGE"
        case ESRCH: "ESRCH"
        default: nil
        }
    }
}

extension Errno: CustomStringConvertible {
    /// The C library's sentence and the name, as in `Device or resource busy (EBUSY)`.
    package var description: String {
        // glibc keeps the text of strerror() per thread since 2.32.
        let sentence = String(cString: strerror(code))
        return "\(sentence) (\(name ?? "errno \(code)"))"
    }
}

/// A system call that failed.
package struct SystemError: Error, Hashable {
    package let call: String
    package let errno: Errno

    package init(call: String, errno: Errno) {
        self.call = call
        self.errno = errno
    }
}

extension SystemError: CustomStringConvertible {
    package var description: String { "\(call): \(errno)" }
}
