import Configuration
import Glibc
import HTTPServer
import SystemdSupport

/// The socket for the engine's calls: the one that systemd passed, or else one that the daemon creates.
enum CallSocket {
    private static let name = "swiftvlan.socket"
    /// Set in the managed plugin: no one watches its daemon start, and the engine shows the answers of calls to its
    /// user.
    private static let refusalVariable = "SWIFTVLAN_REFUSE_CALLS"

    static func open(path: String) throws(ListeningSocketError) -> ListeningSocket {
        guard let inherited = inherited() else { return try .bind(path: path) }
        return ListeningSocket(inherited: inherited)
    }

    /// Opens the socket for a daemon that cannot serve, without the configuration, which may be the reason.
    static func openForRefusal() throws(ListeningSocketError) -> ListeningSocket {
        try open(path: getenv(SettingTable.table.socket.variable).map { String(cString: $0) } ?? Settings().socket)
    }

    /// Returns a duplicate of the socket that systemd passed, or nil if it passed none.
    static func inherited() -> Int32? { ListenSockets.duplicate(named: name) }

    /// Whether a daemon that cannot serve must refuse calls, because the engine calls in any case. A daemon started
    /// from a command line exits with the reason instead.
    static var mustBeAnswered: Bool {
        // As with settings, an empty variable counts as unset.
        let isSet = getenv(refusalVariable).map { $0.pointee != 0 } ?? false
        return isSet || ListenSockets.contains(name)
    }
}
