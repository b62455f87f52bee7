/// The values of some or all settings, by key, from one source such as the file or the command line.
package typealias SettingValues = [String: any Hashable & Sendable]

/// The daemon's settings.
///
/// Each declaration in `SettingTable` is a property here, as in `settings.parentWait`.
@dynamicMemberLookup
package struct Settings: Sendable {
    private var values: SettingValues = [:]

    /// Takes each setting from the first source that has it, or else its default.
    package init(_ sources: [SettingValues] = []) {
        for source in sources.reversed() { values.merge(source) { $1 } }
    }

    package subscript<Value>(dynamicMember name: KeyPath<SettingTable, Setting<Value>>) -> Value {
        let setting = SettingTable.table[keyPath: name]
        return values[setting.key] as? Value ?? setting.defaultValue
    }

    /// A setting that differs between two configurations.
    package struct Change: Sendable {
        package let setting: any AnySetting
        package let old: String
        package let new: String
    }

    /// Returns the settings that have another value in `others`, in the order of the declarations.
    package func changes(to others: Settings) -> [Change] {
        SettingTable.all.map { Change(setting: $0, old: text(of: $0), new: others.text(of: $0)) }
            .filter { $0.old != $0.new }
    }

    /// Returns these settings with the reloadable ones of `others`.
    package func reloading(_ others: Settings) -> Settings {
        var settings = self
        for setting in SettingTable.all where setting.isReloadable {
            settings.values[setting.key] = others.values[setting.key]
        }
        return settings
    }

    private func text(of setting: any AnySetting) -> String {
        values[setting.key].map { "\($0)" } ?? setting.defaultText
    }
}
