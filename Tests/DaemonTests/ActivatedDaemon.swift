import DaemonTestKit
import Glibc
import HTTPServer
import TestSupport

extension DaemonProcess {
    /// The name under which systemd passes the daemon's socket.
    static let socketName = "swiftvlan.socket"

    /// Starts the daemon with sockets passed as systemd does (sd_listen_fds(3)): descriptors from 3 on, with their names
    /// and the process ID in the environment. Each socket's file has its name.
    ///
    /// `daemon.socket` is the daemon's own socket, which it must not need; with `callsInherited`, it is the passed one.
    static func activated(
        with names: [String] = [socketName], in directory: TemporaryDirectory, callsInherited: Bool = false,
        launcher: [String] = ownNetwork, arguments: [String] = [], environment: [String: String] = [:]
    ) throws -> DaemonProcess {
        let sockets = try names.map { try ListeningSocket.bind(path: directory.file($0)).descriptor }
        defer { for socket in sockets { close(socket) } }
        let variables = ["LISTEN_FDS": "\(names.count)", "LISTEN_FDNAMES": names.joined(separator: ":")]
        let daemon = DaemonProcess(
            program, launcher: launcher + ["bash", "-c", #"LISTEN_PID=$$ exec "$@""#, "bash"], in: directory,
            socket: callsInherited ? directory.file(socketName) : nil, arguments: arguments,
            environment: environment.merging(variables) { $1 })
        try daemon.launch(descriptors: sockets)
        return daemon
    }
}
