import Configuration
import ControlServer
import Glibc
import HTTPServer
import Logging
import SystemCalls

/// The control socket and, if configured, the TCP socket for metrics, while the daemon serves.
///
/// If one cannot be opened, the daemon still serves Docker, and the log says why.
struct ControlListener: ~Copyable {
    /// The name of the control socket's file in the runtime directory.
    static let fileName = "control.sock"
    /// The control socket is for root and the daemon's group.
    private static let mode: UInt32 = 0o660

    private let control: HTTPServer?
    private let file: ListeningSocket?
    private let metrics: HTTPServer?

    /// Opens the sockets that the settings name; failures are logged.
    static func open(_ settings: Settings, _ source: DaemonControl, logger: Logger) -> ControlListener {
        let metrics = settings.metricsListen.socket.flatMap { openMetrics(on: $0, source, logger: logger) }
        do {
            let file = try ListeningSocket.bind(path: "\(settings.runtimeDirectory)/\(fileName)", mode: mode)
            let server = try HTTPServer(
                socket: file, responder: ControlResponder(source, allowsChanges: true), limits: .control)
            server.yieldToCalls()
            return ControlListener(control: server, file: file, metrics: metrics)
        } catch {
            logger.warning(
                "The control socket cannot be opened; swiftvlan's other commands do without the daemon",
                metadata: ["reason": "\(error)"])
            return ControlListener(control: nil, file: nil, metrics: metrics)
        }
    }

    private static func openMetrics(
        on address: InternetAddress, _ source: DaemonControl, logger: Logger
    ) -> HTTPServer? {
        do {
            let socket = try ListeningSocket.bind(address)
            let responder = ControlResponder(source, allowsChanges: false, isLocal: address.isLoopback)
            let server = try HTTPServer(socket: socket, responder: responder, limits: .metrics)
            server.yieldToCalls()
            logger.info("Serving metrics and the page", metadata: ["address": "\(address)"])
            return server
        } catch {
            logger.warning(
                "Metrics cannot be served over TCP",
                metadata: ["reason": "\(error)\(remedy(for: (error as? ListeningSocketError)?.errno, address))"])
            return nil
        }
    }

    /// What to do if the system refuses the socket, after a semicolon; empty if the reason says enough.
    private static func remedy(for reason: Errno?, _ address: InternetAddress) -> String {
        switch reason {
        case .accessDenied where address.port < 1024: "; choose a port above 1023"
        case .notPermitted, .accessDenied, .addressFamilyNotSupported:
            "; the unit forbids it: add the drop-in metrics-tcp.conf, see docs/install.md#metrics-over-tcp"
        default: ""
        }
    }

    func stop() {
        file?.removeFile()
        _ = try? metrics?.shutDown()
        _ = try? control?.shutDown()
    }
}

extension HTTPServer {
    /// The thread's nice value: a third of the processor time of a call's thread if both want the same processor.
    private static let niceValue: Int32 = 5

    /// Lets calls go first: this thread writes long answers, and never holds a lock of the kernel for which calls wait.
    ///
    /// On Linux, a nice value belongs to a thread (setpriority(2), BUGS). If it cannot be set, nothing else changes.
    fileprivate func yieldToCalls() {
        ping { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceValue) }
    }
}
