import Logging
import Testing

@testable import Configuration

@Suite("Sources of settings")
struct SettingSourcesTests {
    private static let file = """
        state-directory = "/of/file"
        log-level = "trace"
        orphan-age = 1
        """

    private func read(_ environment: [String: String] = [:], flags: SettingValues = [:]) throws -> Settings {
        try ConfigurationFileFixture(Self.file).read { path in
            try SettingSources(path: path, flags: flags) { environment[$0] }.read()
        }
    }

    @Test("The file overrides the defaults")
    func file() throws {
        let settings = try read()
        #expect(settings.logLevel == .trace)
        #expect(settings.orphanAge == 1)
        #expect(settings.parentWait == 60)
        #expect(settings.stateDirectory == "/of/file")
    }

    @Test("The environment overrides the file, and an empty variable counts as unset")
    func environment() throws {
        let settings = try read([
            "SWIFTVLAN_LOG_LEVEL": "error", "SWIFTVLAN_ORPHAN_AGE": "", "SWIFTVLAN_PARENT_WAIT": "2",
        ])
        #expect(settings.logLevel == .error)
        #expect(settings.orphanAge == 1)
        #expect(settings.parentWait == 2)
    }

    @Test("Flags override all other sources")
    func flags() throws {
        let flags: SettingValues = ["log-level": Logger.Level.critical]
        #expect(try read(["SWIFTVLAN_LOG_LEVEL": "error"], flags: flags).logLevel == .critical)
    }

    @Test("The directories of systemd override the file, and SWIFTVLAN_ variables override them")
    func systemd() throws {
        let systemd = ["STATE_DIRECTORY": "/of/systemd:/second", "RUNTIME_DIRECTORY": "/run/of/systemd"]
        let settings = try read(systemd)
        #expect(settings.stateDirectory == "/of/systemd")
        #expect(settings.runtimeDirectory == "/run/of/systemd")
        let explicit = systemd.merging(["SWIFTVLAN_STATE_DIRECTORY": "/of/variable"]) { $1 }
        #expect(try read(explicit).stateDirectory == "/of/variable")
    }

    @Test("Errors in variables name them and are reported together with those in the file")
    func errors() throws {
        let file = try ConfigurationFileFixture("\nx = 1")
        let environment = [
            "SWIFTVLAN_CONFIG": file.path, "SWIFTVLAN_ORPHAN_AGE": "soon", "STATE_DIRECTORY": "relative",
        ]
        let sources = SettingSources(path: nil, flags: [:]) { environment[$0] }
        let error = #expect(throws: ConfigurationError.self) { try sources.read() }
        #expect(
            error?.messages.dropLast() == [
                #"SWIFTVLAN_ORPHAN_AGE: orphan-age must be a whole number of seconds from 0 to 65535, not "soon""#,
                #"STATE_DIRECTORY: state-directory must be an absolute path of at most 4095 bytes, not "relative""#,
            ])
        #expect(error?.messages.last?.hasPrefix("\(file.path):2: unknown setting \"x\"") == true)
    }

    @Test("A number is rejected as a path")
    func number() throws { #expect(throws: ConfigurationError.self) { try read(["SWIFTVLAN_SOCKET": "17"]) } }

    @Test("The file's path comes from the command line, the environment or the default")
    func path() {
        func path(_ flag: String?, _ variable: String) -> String {
            SettingSources(path: flag, flags: [:]) { $0 == "SWIFTVLAN_CONFIG" ? variable : nil }.path
        }
        #expect(path("/a", "/b") == "/a")
        #expect(path(nil, "/b") == "/b")
        #expect(path(nil, "") == "/etc/swiftvlan/swiftvlan.toml")
    }

    @Test("A setting's variable is named after its key")
    func variables() {
        #expect(SettingTable.table.socket.variable == "SWIFTVLAN_SOCKET")
        #expect(SettingTable.table.stateDirectory.variable == "SWIFTVLAN_STATE_DIRECTORY")
    }

    @Test("Flags are parsed by the setting's type, and their paths can be relative")
    func arguments() throws {
        let table = SettingTable.table
        let settings = Settings([
            [
                "socket": try table.socket.parse(.argument("17")),
                "log-level": try table.logLevel.parse(.argument("error")),
                "orphan-age": try table.orphanAge.parse(.argument("65535")),
            ]
        ])
        #expect(settings.socket == "17")
        #expect(settings.logLevel == .error)
        #expect(settings.orphanAge == 65535)
        #expect(throws: InvalidValue.self) { try table.orphanAge.parse(.argument("65536")) }
        #expect(throws: InvalidValue.self) { try table.logLevel.parse(.argument("")) }
    }

    @Test("metrics-listen is an IP address and a port, or off", arguments: ["127.0.0.1:9469", "[::1]:9469", "off"])
    func listenAddress(_ text: String) throws {
        for raw in [RawValue.text(text), .argument(text)] {
            let value = try SettingTable.table.metricsListen.parse(raw)
            #expect("\(value)" == text)
            #expect(((value as? ListenAddress)?.socket == nil) == (text == "off"))
        }
        #expect(try read(["SWIFTVLAN_METRICS_LISTEN": text]).metricsListen.description == text)
        #expect(try read().metricsListen.socket == nil)
    }

    @Test(
        "metrics-listen refuses everything else with an example",
        arguments: [("localhost:9469", #""localhost:9469""#), ("127.0.0.1:0", #""127.0.0.1:0""#), ("9469", "9469")])
    func noListenAddress(_ text: String, _ shown: String) {
        let error = #expect(throws: ConfigurationError.self) { try read(["SWIFTVLAN_METRICS_LISTEN": text]) }
        let sentence = "off, or an IP address and a port such as 127.0.0.1:9469 or [::1]:9469"
        #expect(error?.messages == ["SWIFTVLAN_METRICS_LISTEN: metrics-listen must be \(sentence), not \(shown)"])
    }
}

@Suite("Setting changes")
struct SettingChangeTests {
    @Test("A reload finds all changes and applies those to reloadable settings")
    func changes() {
        let new = Settings([["socket": "/other.sock", "log-level": Logger.Level.debug, "orphan-age": 5 as UInt16]])
        let changes = Settings().changes(to: new)
        #expect(changes.map(\.setting.key) == ["socket", "log-level", "orphan-age"])
        #expect(changes.map(\.setting.isReloadable) == [false, true, true])
        #expect(changes.map(\.old) == ["/run/docker/plugins/swiftvlan.sock", "info", "30"])
        #expect(changes.map(\.new) == ["/other.sock", "debug", "5"])
        let reloaded = Settings().reloading(new)
        #expect(reloaded.socket == Settings().socket)
        #expect(reloaded.logLevel == .debug)
        #expect(reloaded.orphanAge == 5)
        #expect(new.changes(to: reloaded).map(\.setting.key) == ["socket"])
        #expect(new.reloading(Settings()).orphanAge == 30)
    }
}
