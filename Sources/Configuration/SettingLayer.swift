package import Logging

/// What one place, such as the file or the command line, says of the settings; nil where it says nothing.
package struct SettingLayer: Hashable, Sendable {
    package var socket: String?
    package var stateDirectory: String?
    package var runtimeDirectory: String?
    package var logLevel: Logger.Level?
    package var parentWait: UInt16?
    package var orphanAge: UInt16?

    /// Says nothing.
    package init() {}

    /// Takes one setting up; throws a sentence that begins with its key when it cannot have the value.
    mutating func set(_ key: SettingKey, to value: WrittenValue) throws(UnfitValue) {
        switch key {
        case .socket: socket = try value.path(of: key, atMost: Self.socketPathLength)
        case .stateDirectory: stateDirectory = try value.path(of: key)
        case .runtimeDirectory: runtimeDirectory = try value.path(of: key)
        case .logLevel: logLevel = try value.logLevel(of: key)
        case .parentWait: parentWait = try value.seconds(of: key)
        case .orphanAge: orphanAge = try value.seconds(of: key)
        }
    }

    /// What the kernel has room for (unix(7)), without the byte that ends it.
    private static let socketPathLength = 107
}
