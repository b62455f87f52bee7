import Glibc
import Netlink
import SystemCalls

/// Receives the name of the reason whenever a netlink request fails, on the thread that made the request.
package typealias RequestFailureObserver = @Sendable (_ reason: String) -> Void

/// The reasons why netlink requests fail, by name, for counters.
///
/// The set is fixed, because each name becomes a time series.
package enum RequestFailure {
    private static let errors: [Int32: String] = [
        EACCES: "EACCES", EADDRINUSE: "EADDRINUSE", EADDRNOTAVAIL: "EADDRNOTAVAIL", EAFNOSUPPORT: "EAFNOSUPPORT",
        EBUSY: "EBUSY", EEXIST: "EEXIST", EINVAL: "EINVAL", EMLINK: "EMLINK", EMSGSIZE: "EMSGSIZE",
        ENETDOWN: "ENETDOWN", ENETUNREACH: "ENETUNREACH", ENOBUFS: "ENOBUFS", ENODEV: "ENODEV", ENOENT: "ENOENT",
        ENOMEM: "ENOMEM", ENXIO: "ENXIO", EOPNOTSUPP: "EOPNOTSUPP", EPERM: "EPERM", ERANGE: "ERANGE", ESRCH: "ESRCH",
    ]
    private static let timedOut = "timeout"
    private static let interrupted = "interrupted"
    private static let malformed = "malformed"
    /// For all other error numbers.
    private static let other = "other"

    /// All names that a failure can have.
    package static let names = errors.values.sorted() + [interrupted, malformed, timedOut, other]

    static func name(of error: NetlinkError) -> String {
        switch error {
        case .refused(let refusal): errors[refusal.errno.code] ?? other
        case .system(let error): errors[error.errno.code] ?? other
        case .malformedAnswer, .unencodable: malformed
        case .timedOut: timedOut
        case .dumpInterrupted: interrupted
        }
    }
}
