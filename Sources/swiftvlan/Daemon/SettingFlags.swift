import ArgumentParser
import Configuration

/// One flag for each setting in `SettingTable`.
///
/// ArgumentParser finds options by reflection and reads them through `Decodable`. This type implements both from the
/// table, because a property for each setting would repeat the table.
struct SettingFlags: ParsableArguments, CustomReflectable {
    private typealias Flag = Option<(any Hashable & Sendable)?>

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// The settings that the command line names.
    private(set) var values: SettingValues = [:]

    init() {}

    init(from decoder: any Decoder) throws {
        let flags = try decoder.container(keyedBy: Key.self)
        for setting in SettingTable.all {
            values[setting.key] = try flags.decode(Flag.self, forKey: Key(stringValue: setting.key)).wrappedValue
        }
    }

    var customMirror: Mirror {
        Mirror(self, children: SettingTable.all.map { (label: $0.key, value: Self.flag($0)) })
    }

    private static func flag(_ setting: any AnySetting) -> Flag {
        Flag(
            name: .customLong(setting.key),
            help: ArgumentHelp(
                "\(setting.help). (default: \(setting.defaultText))", valueName: setting.valueName)
        ) { text throws in try setting.parse(.argument(text)) }
    }
}
