package import Logging

/// What the daemon goes by.
package struct Settings: Hashable, Sendable {
    /// The Unix socket to listen on when systemd hands over none.
    package var socket = "/run/docker/plugins/swiftvlan.sock"
    /// The directory of the networks' records.
    package var stateDirectory = "/var/lib/swiftvlan"
    /// The directory of the endpoints' records.
    package var runtimeDirectory = "/run/swiftvlan"
    /// The least level that is logged.
    package var logLevel = Logger.Level.info
    /// How many seconds containers' starts wait for a parent that is late, where the daemon starts with its host.
    package var parentWait: UInt16 = 60
    /// After how many seconds something that no record accounts for is taken for left over.
    package var orphanAge: UInt16 = 30

    /// The defaults.
    package init() {}

    /// Takes each setting from the first of the layers that has it, and the default where none has.
    package init(_ layers: [SettingLayer]) {
        self.init()
        for layer in layers.reversed() {
            if let socket = layer.socket { self.socket = socket }
            if let stateDirectory = layer.stateDirectory { self.stateDirectory = stateDirectory }
            if let runtimeDirectory = layer.runtimeDirectory { self.runtimeDirectory = runtimeDirectory }
            if let logLevel = layer.logLevel { self.logLevel = logLevel }
            if let parentWait = layer.parentWait { self.parentWait = parentWait }
            if let orphanAge = layer.orphanAge { self.orphanAge = orphanAge }
        }
    }

    /// A setting as one would write it.
    package subscript(key: SettingKey) -> String {
        switch key {
        case .socket: socket
        case .stateDirectory: stateDirectory
        case .runtimeDirectory: runtimeDirectory
        case .logLevel: logLevel.rawValue
        case .parentWait: "\(parentWait)"
        case .orphanAge: "\(orphanAge)"
        }
    }

    /// What is different in others, in the order of the keys.
    package func changes(to others: Settings) -> [SettingChange] {
        SettingKey.allCases.filter { self[$0] != others[$0] }.map { key in
            SettingChange(key: key, old: self[key], new: others[key])
        }
    }

    /// These settings with what can change at run time as others have it.
    package func takingOver(_ others: Settings) -> Settings {
        var settings = self
        settings.logLevel = others.logLevel
        settings.parentWait = others.parentWait
        settings.orphanAge = others.orphanAge
        return settings
    }
}
