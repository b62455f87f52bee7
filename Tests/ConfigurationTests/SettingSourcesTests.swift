import Logging
import Testing

@testable import Configuration

@Suite("Where settings come from")
struct SettingSourcesTests {
    private static let file = """
        state-directory = "/of/file"
        log-level = "trace"
        orphan-age = 1
        """

    private func read(
        _ environment: [String: String] = [:], flags: SettingLayer = SettingLayer()
    ) throws -> Settings {
        try WrittenFile(Self.file).read { path in
            try SettingSources(path: path, flags: flags, environment: environment).read()
        }
    }

    @Test("the file goes before the defaults")
    func file() throws {
        let settings = try read()
        #expect(settings.logLevel == .trace)
        #expect(settings.orphanAge == 1)
        #expect(settings.parentWait == 60)
        #expect(settings.stateDirectory == "/of/file")
    }

    @Test("the environment goes before the file, and says nothing where it is empty")
    func environment() throws {
        let settings = try read([
            "SWIFTVLAN_LOG_LEVEL": "error", "SWIFTVLAN_ORPHAN_AGE": "", "SWIFTVLAN_PARENT_WAIT": "2",
        ])
        #expect(settings.logLevel == .error)
        #expect(settings.orphanAge == 1)
        #expect(settings.parentWait == 2)
    }

    @Test("the command line goes before everything")
    func flags() throws {
        var flags = SettingLayer()
        flags.logLevel = .critical
        #expect(try read(["SWIFTVLAN_LOG_LEVEL": "error"], flags: flags).logLevel == .critical)
    }

    @Test("systemd's directories go before the file, the program's own variables before them")
    func systemd() throws {
        let ofSystemd = ["STATE_DIRECTORY": "/of/systemd:/second", "RUNTIME_DIRECTORY": "/run/of/systemd"]
        let settings = try read(ofSystemd)
        #expect(settings.stateDirectory == "/of/systemd")
        #expect(settings.runtimeDirectory == "/run/of/systemd")
        let explicit = ofSystemd.merging(["SWIFTVLAN_STATE_DIRECTORY": "/of/variable"]) { $1 }
        #expect(try read(explicit).stateDirectory == "/of/variable")
    }

    @Test("a variable is refused by its name, together with what is wrong in the file")
    func refusals() throws {
        let file = try WrittenFile("\nx = 1")
        let sources = SettingSources(
            path: nil, flags: SettingLayer(),
            environment: [
                "SWIFTVLAN_CONFIG": file.path, "SWIFTVLAN_ORPHAN_AGE": "soon", "STATE_DIRECTORY": "relative",
            ])
        let error = #expect(throws: ConfigurationError.self) { try sources.read() }
        #expect(
            error?.sentences.dropLast() == [
                #"SWIFTVLAN_ORPHAN_AGE: orphan-age is a whole number of seconds from 0 to 65535, not "soon""#,
                #"STATE_DIRECTORY: state-directory is an absolute path, not "relative""#,
            ])
        #expect(error?.sentences.last?.hasPrefix("\(file.path):2: there is no setting \"x\"") == true)
    }

    @Test("a path of digits is a path no more than another text")
    func digits() throws {
        #expect(throws: ConfigurationError.self) { try read(["SWIFTVLAN_SOCKET": "17"]) }
    }

    @Test("the file is the command line's, else the environment's, else the default one")
    func path() {
        let environment = ["SWIFTVLAN_CONFIG": "/b"]
        let flags = SettingLayer()
        #expect(SettingSources(path: "/a", flags: flags, environment: environment).path == "/a")
        #expect(SettingSources(path: nil, flags: flags, environment: environment).path == "/b")
        #expect(
            SettingSources(path: nil, flags: flags, environment: ["SWIFTVLAN_CONFIG": ""]).path
                == "/etc/swiftvlan/swiftvlan.toml")
    }

    @Test("the variables are named after the keys")
    func variables() {
        #expect(
            SettingSources.variables == [
                "SWIFTVLAN_CONFIG", "SWIFTVLAN_SOCKET", "SWIFTVLAN_STATE_DIRECTORY", "STATE_DIRECTORY",
                "SWIFTVLAN_RUNTIME_DIRECTORY", "RUNTIME_DIRECTORY", "SWIFTVLAN_LOG_LEVEL", "SWIFTVLAN_PARENT_WAIT",
                "SWIFTVLAN_ORPHAN_AGE",
            ])
    }
}

@Suite("Changes of settings")
struct SettingChangeTests {
    @Test("are told apart, and only those are taken over that can be")
    func changes() {
        var new = Settings()
        new.socket = "/other.sock"
        new.logLevel = .debug
        new.orphanAge = 5
        let changes = Settings().changes(to: new)
        #expect(changes.map(\.key) == [.socket, .logLevel, .orphanAge])
        #expect(changes.map(\.key.canChange) == [false, true, true])
        #expect(changes.last == SettingChange(key: .orphanAge, old: "30", new: "5"))
        let taken = Settings().takingOver(new)
        #expect(taken.socket == Settings().socket)
        #expect(taken.logLevel == .debug)
        #expect(taken.orphanAge == 5)
        #expect(new.changes(to: taken).map(\.key) == [.socket])
    }
}
