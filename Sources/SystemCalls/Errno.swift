import CGlibc
import Glibc

/// An error number of the C library or the kernel.
package struct Errno: Hashable, Sendable {
    package let code: Int32

    package init(code: Int32) { self.code = code }

    /// The calling thread's error number; read it right after the failed call.
    package static var current: Errno { Errno(code: errno) }

    package static let accessDenied = Errno(code: EACCES)
    package static let addressInUse = Errno(code: EADDRINUSE)
    package static let addressNotAvailable = Errno(code: EADDRNOTAVAIL)
    package static let addressFamilyNotSupported = Errno(code: EAFNOSUPPORT)
    package static let alreadyExists = Errno(code: EEXIST)
    package static let busy = Errno(code: EBUSY)
    package static let connectionRefused = Errno(code: ECONNREFUSED)
    package static let interrupted = Errno(code: EINTR)
    package static let invalidArgument = Errno(code: EINVAL)
    package static let messageTooLong = Errno(code: EMSGSIZE)
    package static let networkDown = Errno(code: ENETDOWN)
    package static let noBufferSpace = Errno(code: ENOBUFS)
    package static let noMemory = Errno(code: ENOMEM)
    package static let noSpace = Errno(code: ENOSPC)
    package static let noSuchAddress = Errno(code: ENXIO)
    package static let noSuchDevice = Errno(code: ENODEV)
    package static let noSuchDeviceOrAddress = Errno(code: ENXIO)
    package static let noSuchEntry = Errno(code: ENOENT)
    package static let noSuchProcess = Errno(code: ESRCH)
    package static let notPermitted = Errno(code: EPERM)
    package static let notSupported = Errno(code: EOPNOTSUPP)
    package static let tooManyLinks = Errno(code: EMLINK)
    /// The same number as `EWOULDBLOCK`.
    package static let tryAgain = Errno(code: EAGAIN)

    /// The C library's text: `Device or resource busy`.
    package var text: String {
        // strerror never fails, and glibc keeps the text per thread since 2.32.
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }
}

extension Errno: CustomStringConvertible {
    /// The C library's text and name: `Device or resource busy (EBUSY)`.
    package var description: String {
        "\(text) (\(strerrorname_np(code).map { String(cString: $0) } ?? "errno \(code)"))"
    }
}
