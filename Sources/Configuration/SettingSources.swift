/// Where the daemon's settings come from, each going before those after it: the command line, the environment, what
/// systemd says in the environment, the file, the defaults.
package struct SettingSources: Sendable {
    /// The file that is read when none is named.
    package static let defaultPath = "/etc/swiftvlan/swiftvlan.toml"
    /// The variable that names another one.
    package static let pathVariable = "SWIFTVLAN_CONFIG"

    /// The variables of the environment that say something.
    package static let variables =
        [pathVariable] + SettingKey.allCases.flatMap { [$0.variable, $0.variableOfSystemd].compactMap(\.self) }

    /// The file that the command line or the environment names.
    private let namedPath: String?
    private let flags: SettingLayer
    private let environment: [String: String]

    /// Gathers the sources; `path` is that of the command line. An empty variable says nothing.
    package init(path: String?, flags: SettingLayer, environment: [String: String]) {
        self.flags = flags
        self.environment = environment.filter { !$0.value.isEmpty }
        namedPath = path ?? self.environment[Self.pathVariable]
    }

    /// The file that `read` reads.
    package var path: String { namedPath ?? Self.defaultPath }

    /// Reads the file and puts everything together. Without a file at the default path there is one source less; one
    /// that was named has to be there.
    package func read() throws(ConfigurationError) -> Settings {
        var sentences: [String] = []
        var layers = [flags, explicitVariables(&sentences), variablesOfSystemd(&sentences)]
        do throws(ConfigurationError) {
            layers.append(try ConfigurationFile(path: path, isOptional: namedPath == nil).read())
        } catch {
            sentences += error.sentences
        }
        guard sentences.isEmpty else { throw ConfigurationError(sentences: sentences) }
        return Settings(layers)
    }

    private func explicitVariables(_ sentences: inout [String]) -> SettingLayer {
        layer(&sentences) { key in environment[key.variable].map { (key.variable, $0) } }
    }

    /// Where systemd made several directories, the first is the service's own.
    private func variablesOfSystemd(_ sentences: inout [String]) -> SettingLayer {
        layer(&sentences) { key in
            guard let variable = key.variableOfSystemd, let text = environment[variable] else { return nil }
            return text.split(separator: ":").first.map { (variable, String($0)) }
        }
    }

    private func layer(
        _ sentences: inout [String], _ find: (SettingKey) -> (variable: String, text: String)?
    ) -> SettingLayer {
        var layer = SettingLayer()
        for key in SettingKey.allCases {
            guard let (variable, text) = find(key) else { continue }
            do throws(UnfitValue) {
                try layer.set(key, to: WrittenValue(variable: text))
            } catch {
                sentences.append("\(variable): \(error.sentence)")
            }
        }
        return layer
    }
}
