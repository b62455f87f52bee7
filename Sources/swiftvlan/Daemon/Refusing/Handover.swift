import Glibc
import SystemCalls
import SystemdSupport

/// A message that this process passes to itself, in an environment variable, when it executes its program again.
///
/// A daemon that cannot serve is replaced by one that refuses all calls. After a while, that one is replaced by one
/// that tries to serve again. They run in the same process, so they keep the sockets, identity and rights that systemd
/// has set up, but none of the threads and locks that a half-started daemon leaves behind.
enum Handover: Equatable {
    /// Refuse calls for a reason, which is logged if it is new.
    case refuse(reason: String, isNew: Bool)
    /// Try to serve, after calls were refused for a reason.
    case attempt(after: String)

    private static let variable = "SWIFTVLAN_HANDOVER"
    /// The words for the cases.
    private static let (new, known, retry) = ("new", "known", "attempt")

    /// The message to this program; nil if it was started in some other way, whatever its environment.
    static var current: Handover? { getenv(variable).flatMap { Handover(String(cString: $0)) } }

    /// Parses the variable's value: the ID of the process that it is meant for, a word for the case, and the reason.
    /// Returns nil in any other process, which may have inherited the variable.
    init?(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 2).map(String.init)
        guard parts.count == 3, pid_t(parts[0]) == getpid() else { return nil }
        switch parts[1] {
        case Self.new: self = .refuse(reason: parts[2], isNew: true)
        case Self.known: self = .refuse(reason: parts[2], isNew: false)
        case Self.retry: self = .attempt(after: parts[2])
        default: return nil
        }
    }

    /// The variable's value.
    var text: String {
        let word =
            switch self {
            case .refuse(_, let isNew): isNew ? Self.new : Self.known
            case .attempt: Self.retry
            }
        return "\(getpid()) \(word) \(reason)"
    }

    /// Why the last daemon in this process could not serve.
    var reason: String {
        switch self {
        case .refuse(let reason, _), .attempt(let reason): reason
        }
    }

    /// Executes the program with this message and the calls that were put off; returns only on failure.
    func execute() -> SystemError {
        setenv(Self.variable, text, 1)
        PutOffCalls.ofProcess.passOn()
        return OwnProgram.executeAgain(keeping: ListenSockets.descriptors)
    }
}
