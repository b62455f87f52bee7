import ArgumentParser
import Configuration
import ControlAPI
import Glibc
import LocalClient

/// The options of the commands that ask the daemon.
struct ControlOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Control socket of the daemon. (default: \(ControlListener.fileName) in the runtime directory)",
            valueName: "path"),
        completion: .file())
    var controlSocket: String?

    /// The client of the daemon's control socket.
    func client() throws -> ControlClient {
        if let controlSocket { return ControlClient(path: controlSocket) }
        return ControlClient(path: "\(try settings().runtimeDirectory)/\(ControlListener.fileName)")
    }

    /// The settings that a daemon on this host would use.
    func settings() throws -> Settings {
        try SettingSources(path: nil, flags: [:]) { name in getenv(name).map { String(cString: $0) } }.read()
    }
}
