import Glibc
import NIOCore
import NIOHTTP1
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
        case ENOENT?, ENOTDIR?: (reason, description) = (.missing, "there is no socket at \(path)")
        case EACCES?, EPERM?: (reason, description) = (.notPermitted, "this user may not open the socket \(path)")
        case ECONNREFUSED?: (reason, description) = (.notServed, "no process serves the socket \(path)")
        // connect(2) to a Unix socket whose queue is full.
        case EAGAIN?: (reason, description) = (.broken, "too many requests wait for the process that serves \(path)")
        default: (reason, description) = (.broken, Self.sentence(for: error, path: path))
        }
    }

    private static func sentence(for error: any Error, path: String) -> String {
        switch error {
        case let error as LocalClientTimeout:
            "the process that serves \(path) did not answer within \(error.limit)"
        case is HTTPParserError: "the process that serves \(path) does not answer with HTTP"
        case SocketAddressError.unixDomainSocketPathTooLong: "\(path) is too long for the path of a socket"
        default: "the request to \(path) failed: \(error)"
        }
    }
}
