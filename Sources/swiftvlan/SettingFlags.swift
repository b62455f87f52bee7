import ArgumentParser
import Configuration
import Glibc
import Logging

/// The daemon's flags for its settings; each goes before its variable in the environment and its line in the file.
struct SettingFlags: ParsableArguments {
    private static let defaults = Settings()
    private static let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")

    @Option(
        help: """
            The configuration file; one that is named here has to be there. (default: \(SettingSources.defaultPath), \
            where there is one)
            """,
        completion: .file(extensions: ["toml"]))
    var config: String?

    @Option(
        help: """
            The Unix socket to listen on when systemd hands over none. (default: \(Self.defaults.socket))
            """)
    var socket: String?

    @Option(
        help: """
            The directory of the networks' records; they survive reboots. (default: \(Self.defaults.stateDirectory))
            """)
    var stateDirectory: String?

    @Option(
        help: """
            The directory of the endpoints' records, in memory: they are gone after a reboot, like their links. \
            (default: \(Self.defaults.runtimeDirectory))
            """)
    var runtimeDirectory: String?

    @Option(
        help: """
            How many seconds a container's start waits for a parent that is late, in the host's first five minutes. \
            (default: \(Self.defaults.parentWait))
            """)
    var parentWait: UInt16?

    @Option(
        help: """
            After how many seconds links without a record, and endpoints without a link, are taken for left over. \
            (default: \(Self.defaults.orphanAge))
            """)
    var orphanAge: UInt16?

    @Option(
        help: "The least level that is logged: \(Self.levels). (default: \(Self.defaults.logLevel))",
        transform: { text throws in
            guard let level = Logger.Level(rawValue: text) else {
                throw ValidationError("\"\(text)\" is not a log level; use \(Self.levels)")
            }
            return level
        })
    var logLevel: Logger.Level?

    /// Where the settings come from when the program is started with these flags and the process's environment.
    var sources: SettingSources {
        var layer = SettingLayer()
        layer.socket = socket
        layer.stateDirectory = stateDirectory
        layer.runtimeDirectory = runtimeDirectory
        layer.logLevel = logLevel
        layer.parentWait = parentWait
        layer.orphanAge = orphanAge
        let variables = SettingSources.variables.compactMap { name in
            getenv(name).map { (name, String(cString: $0)) }
        }
        return SettingSources(
            path: config, flags: layer, environment: Dictionary(variables, uniquingKeysWith: { $1 }))
    }
}
