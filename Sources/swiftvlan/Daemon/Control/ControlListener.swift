import ControlServer
import HTTPServer
import Logging

/// The control socket while the daemon serves.
///
/// If it cannot be opened, the daemon still serves Docker, and the log says why.
struct ControlListener: ~Copyable {
    private let listening: ListeningSocket
    private let server: HTTPServer

    /// The name of the socket's file in the runtime directory.
    static let fileName = "control.sock"

    /// Opens the control socket in the runtime directory; nil if that fails, which is logged.
    static func open(in runtimeDirectory: String, _ source: DaemonControl, logger: Logger) -> ControlListener? {
        do {
            let listening = try ListeningSocket.bind(path: "\(runtimeDirectory)/\(fileName)")
            let server = try HTTPServer(
                socket: listening, responder: ControlResponder(source, allowsChanges: true))
            return ControlListener(listening: listening, server: server)
        } catch {
            logger.warning("The control socket cannot be opened", metadata: ["reason": "\(error)"])
            return nil
        }
    }

    func stop() {
        listening.removeFile()
        _ = try? server.shutDown()
    }
}
