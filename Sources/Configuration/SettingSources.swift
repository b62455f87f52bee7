/// The sources of the daemon's settings.
///
/// Precedence: flags, environment, systemd's variables, file, defaults.
package struct SettingSources: Sendable {
    /// The file that is read if none is named.
    package static let defaultPath = "/etc/swiftvlan/swiftvlan.toml"
    /// The environment variable that names another file.
    package static let pathVariable = "SWIFTVLAN_CONFIG"

    /// The file that the command line or the environment names.
    private let namedPath: String?
    private let flags: SettingValues
    private let environment: @Sendable (String) -> String?

    /// Combines the sources. `path` is from the command line; `environment` returns the value of a variable, and an
    /// empty value counts as unset.
    package init(path: String?, flags: SettingValues, environment: @escaping @Sendable (String) -> String?) {
        self.flags = flags
        self.environment = { name in environment(name).flatMap { $0.isEmpty ? nil : $0 } }
        namedPath = path ?? self.environment(Self.pathVariable)
    }

    /// The file that `read` reads.
    package var path: String { namedPath ?? Self.defaultPath }

    /// Reads the file and merges all sources. The default file is optional, a named one is not.
    package func read() throws(ConfigurationError) -> Settings {
        var messages: [String] = []
        let explicit = variables(&messages) { setting in (setting.variable, environment(setting.variable)) }
        let systemd = variables(&messages) { setting in
            guard let variable = setting.systemdVariable else { return nil }
            // If systemd created several directories, the first one is the service's own.
            return (variable, environment(variable)?.split(separator: ":").first.map(String.init))
        }
        var file: SettingValues = [:]
        do throws(ConfigurationError) {
            file = try ConfigurationFile(path: path, isOptional: namedPath == nil).read()
        } catch {
            messages += error.messages
        }
        guard messages.isEmpty else { throw ConfigurationError(messages: messages) }
        return Settings([flags, explicit, systemd, file])
    }

    private func variables(
        _ messages: inout [String], _ find: (any AnySetting) -> (name: String, text: String?)?
    ) -> SettingValues {
        var values: SettingValues = [:]
        for setting in SettingTable.all {
            guard let variable = find(setting), let text = variable.text else { continue }
            do throws(InvalidValue) {
                values[setting.key] = try setting.parse(RawValue(variable: text))
            } catch {
                messages.append("\(variable.name): \(error.message)")
            }
        }
        return values
    }
}
