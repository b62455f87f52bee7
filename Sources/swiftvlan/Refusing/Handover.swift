import Glibc
import SystemCalls
import SystemdSupport

/// What this process passes on to itself when it executes its program again, in an environment variable.
///
/// A daemon that cannot serve is replaced by one that refuses all calls, and that one, after a while, by one that tries
/// to serve: in the same process, whose sockets, identity and rights systemd has set up, but without any of the threads
/// and locks that a half-started daemon leaves behind.
enum Handover: Equatable {
    /// Refuse calls; the log has the reason already unless it is new.
    case refuse(reason: String, isNew: Bool)
    /// Try to serve, after calls were refused for a reason.
    case attempt(after: String)

    private static let variable = "SWIFTVLAN_HANDOVER"
    /// The words for the cases.
    private static let (new, known, retry) = ("new", "known", "attempt")

    /// What was passed on to this program; nil where it was started, with whatever environment.
    static var current: Handover? { getenv(variable).flatMap { Handover(String(cString: $0)) } }

    /// Reads the variable's value: the process that it is meant for, a word for the case, and the reason. Nil in another
    /// process, which has come by the variable in some other way.
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

    /// Executes the program with this and with the calls that were put off; returns only when that fails.
    func execute() -> SystemError {
        setenv(Self.variable, text, 1)
        PutOffCalls.ofProcess.passOn()
        return OwnProgram.executeAgain(keeping: ListenSockets.descriptors)
    }
}
