/// The settings of the daemon, by the names that they have in the file and, behind two dashes, on the command line.
package enum SettingKey: String, CaseIterable, Sendable {
    case socket
    case stateDirectory = "state-directory"
    case runtimeDirectory = "runtime-directory"
    case logLevel = "log-level"
    case parentWait = "parent-wait"
    case orphanAge = "orphan-age"

    /// The name in the environment.
    package var variable: String {
        "SWIFTVLAN_" + rawValue.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }

    /// The variable in which systemd names the directory that it made for the service (systemd.exec(5)).
    package var variableOfSystemd: String? {
        switch self {
        case .stateDirectory: "STATE_DIRECTORY"
        case .runtimeDirectory: "RUNTIME_DIRECTORY"
        case .socket, .logLevel, .parentWait, .orphanAge: nil
        }
    }

    /// Whether a daemon that runs can take over another value.
    package var canChange: Bool {
        switch self {
        case .logLevel, .parentWait, .orphanAge: true
        case .socket, .stateDirectory, .runtimeDirectory: false
        }
    }
}
