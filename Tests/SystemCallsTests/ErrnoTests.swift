import Glibc
import SystemCalls
import Testing

@Suite("System call errors")
struct ErrnoTests {
    @Test("Errno is described by the C library's text and name")
    func descriptions() {
        #expect("\(Errno.busy)" == "Device or resource busy (EBUSY)")
        #expect("\(Errno.notSupported)" == "Operation not supported (EOPNOTSUPP)")
        #expect("\(SystemError(call: "bind", errno: .notPermitted))" == "bind: Operation not permitted (EPERM)")
        #expect("\(SystemError(call: "fsync", code: EIO))" == "fsync: Input/output error (EIO)")
    }

    @Test("Errno without a name is described by its number")
    func unknownNumbers() { #expect("\(Errno(code: 4000))" == "Unknown error 4000 (errno 4000)") }

    @Test("An interrupted system call is repeated, and any other failure is thrown")
    func interrupts() throws {
        var results = [EINTR, EINTR, 0]
        let result = try retryingOnInterrupt("read") {
            errno = results.removeFirst()
            return errno == 0 ? 7 : -1
        }
        #expect(result == 7)
        #expect(results.isEmpty)
        #expect(throws: SystemError(call: "read", code: EIO)) {
            try retryingOnInterrupt("read") {
                errno = EIO
                return -1
            }
        }
    }
}
