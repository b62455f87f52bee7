import Glibc

/// A failed call to the C library.
package struct CallError: Error, CustomStringConvertible {
    package let call: String
    package let code: Int32

    package init(call: String, code: Int32 = errno) {
        self.call = call
        self.code = code
    }

    package var description: String { "\(call): \(String(cString: strerror(code)))" }
}
