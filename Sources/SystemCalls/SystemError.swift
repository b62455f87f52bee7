/// A system call that failed.
package struct SystemError: Error, Hashable {
    package let call: String
    package let errno: Errno

    package init(call: String, errno: Errno = .current) {
        self.call = call
        self.errno = errno
    }

    package init(call: String, code: Int32) { self.init(call: call, errno: Errno(code: code)) }
}

extension SystemError: CustomStringConvertible {
    /// The call and why it failed: `fsync: Input/output error (EIO)`.
    package var description: String { "\(call): \(errno)" }
}

/// Repeats a system call until no signal interrupts it. Returns its result, which is never negative.
@discardableResult
package func retryingOnInterrupt<Number: BinaryInteger>(
    _ call: String, _ body: () -> Number
) throws(SystemError) -> Number {
    while true {
        let result = body()
        if result >= 0 { return result }
        let errno = Errno.current
        guard errno == .interrupted else { throw SystemError(call: call, errno: errno) }
    }
}
