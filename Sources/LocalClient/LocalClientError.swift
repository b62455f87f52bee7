import Glibc
import NIOCore
import SystemCalls

/// Why a request over a Unix socket failed: one sentence.
package struct LocalClientError: Error, Hashable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        /// The socket's file does not exist.
        case missing
        /// The process may not open the socket.
        case notPermitted
        /// No process serves the socket.
        case notServed
        /// The server did not answer in time, or not with HTTP.
        case broken
    }

    package let reason: Reason
    package let description: String

    init(_ error: any Error, path: String) {
        switch (error as? IOError)?.errnoCode {
        case ENOENT?: (reason, description) = (.missing, "there is no socket at \(path)")
        case EACCES?, EPERM?: (reason, description) = (.notPermitted, "this user may not open the socket \(path)")
        case ECONNREFUSED?: (reason, description) = (.notServed, "no process serves the socket \(path)")
        default:
            reason = .broken
            description =
                error is LocalClientTimeout
                ? "the process that serves \(path) did not answer in time" : "the request to \(path) failed: \(error)"
        }
    }
}
