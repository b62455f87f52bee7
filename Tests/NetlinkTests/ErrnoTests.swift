import Glibc
import Netlink
import Testing

@Suite("Error numbers")
struct ErrnoTests {
    @Test("are told with the C library's sentence and their name")
    func knownNumbers() {
        #expect("\(Errno.busy)" == "Device or resource busy (EBUSY)")
        #expect("\(Errno.notSupported)" == "Operation not supported (EOPNOTSUPP)")
        #expect("\(SystemError(call: "bind", errno: .notPermitted))" == "bind: Operation not permitted (EPERM)")
    }

    @Test("without a name in the table are told with their number")
    func unknownNumbers() {
        #expect("\(Errno(code: ENOTTY))" == "Inappropriate ioctl for device (errno \(ENOTTY))")
    }

    @Test(
        "that rtnetlink answers with all have their names",
        arguments: [
            EACCES, EADDRINUSE, EADDRNOTAVAIL, EAGAIN, EBUSY, EEXIST, EINVAL, EMFILE, ENETDOWN, ENETUNREACH, ENOBUFS,
            ENODEV,
            ENOENT, ENOMEM, EOPNOTSUPP, EPERM, ERANGE, ESRCH,
        ])
    func names(code: Int32) {
        #expect(!Errno(code: code).description.contains("errno"))
    }
}
