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

    /// The client of the daemon's control socket; for a command that needs root, errors give no other advice.
    func client(isForRoot: Bool = false) throws -> ControlClient {
        let path = try controlSocket ?? "\(settings().runtimeDirectory)/\(ControlListener.fileName)"
        return ControlClient(path: path, isForRoot: isForRoot)
    }

    /// The settings that a daemon on this host would use.
    func settings() throws -> Settings {
        try SettingSources(path: nil, flags: [:]) { name in getenv(name).map { String(cString: $0) } }.read()
    }
}
