package import Logging

/// All settings of the daemon.
///
/// The code needs no more than a declaration here: the file, the environment, the flags, `--help` and reloads use
/// `all`, and `Settings` has each value under the name of its declaration. Tests compare the manuals, the installed
/// file, the README and the plugin's configuration with this table.
package struct SettingTable: Sendable {
    // sun_path has 108 bytes, and one of them ends the path (unix(7)).
    package let socket = Setting(
        key: "socket", type: .path(atMost: 107), defaultValue: "/run/docker/plugins/swiftvlan.sock",
        help: "Unix socket to listen on when systemd passes none")

    package let stateDirectory = Setting(
        key: "state-directory", type: .path(), defaultValue: "/var/lib/swiftvlan", systemdVariable: "STATE_DIRECTORY",
        help: "Directory of the network records, which survive reboots")

    package let runtimeDirectory = Setting(
        key: "runtime-directory", type: .path(), defaultValue: "/run/swiftvlan", systemdVariable: "RUNTIME_DIRECTORY",
        help: "Directory of the endpoint records, in memory; like their links, they are gone after a reboot")

    package let logLevel = Setting(
        key: "log-level", type: .logLevel, defaultValue: .info, isReloadable: true,
        help: "Minimum log level: \(ValueType<Logger.Level>.choices)")

    package let parentWait = Setting(
        key: "parent-wait", type: .seconds, defaultValue: 60, isReloadable: true,
        help: "Seconds a container start waits for a missing parent during the first five minutes after boot")

    package let orphanAge = Setting(
        key: "orphan-age", type: .seconds, defaultValue: 30, isReloadable: true,
        help: """
            Grace period in seconds before links without a record, or endpoints without a link, count as orphans and \
            are removed
            """)

    package let metricsListen = Setting(
        key: "metrics-listen", type: .listenAddress, defaultValue: .off,
        help: "Address and port that serve metrics and the page over TCP, read-only, such as 127.0.0.1:9469")

    package static let table = Self()

    /// Every setting, in the order of the declarations.
    package static let all = Mirror(reflecting: table).children.compactMap { $0.value as? any AnySetting }
}
