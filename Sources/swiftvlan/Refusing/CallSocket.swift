import Configuration
import Glibc
import PluginServer
import SystemdSupport

/// The socket for the engine's calls: the one that systemd passed, or else one of the daemon's own.
enum CallSocket {
    private static let name = "swiftvlan.socket"
    /// Set in the managed plugin: nobody watches its daemon start, and the engine shows its user what calls answer.
    private static let refusalVariable = "SWIFTVLAN_REFUSE_CALLS"

    static func open(path: String) throws(ListeningSocketError) -> ListeningSocket {
        guard let inherited = inherited() else { return try .bind(path: path) }
        return ListeningSocket(inherited: inherited)
    }

    /// The socket for a daemon that cannot serve, whose settings may be what is wrong.
    static func openForRefusal() throws(ListeningSocketError) -> ListeningSocket {
        try open(path: getenv(SettingTable.table.socket.variable).map { String(cString: $0) } ?? Settings().socket)
    }

    /// A duplicate of the socket that systemd passed; nil when it passed none.
    static func inherited() -> Int32? { ListenSockets.duplicate(named: name) }

    /// Whether a daemon that cannot serve has to refuse calls: they are made whether it serves or not. On a command
    /// line it ends with the reason instead.
    static var mustBeAnswered: Bool {
        // As with settings, an empty variable counts as unset.
        let isSet = getenv(refusalVariable).map { $0.pointee != 0 } ?? false
        return isSet || ListenSockets.contains(name)
    }
}
