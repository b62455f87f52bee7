import Logging
import Testing

@testable import Configuration

@Suite("The configuration file")
struct ConfigurationFileTests {
    /// Returns the settings in a file with this text.
    private func read(_ text: String) throws -> SettingValues {
        try ConfigurationFileFixture(text).read { try ConfigurationFile(path: $0, isOptional: false).read() }
    }

    /// The messages about a file with this text, without its path.
    private func messages(about text: String) throws -> [String] { try messages(about: Array(text.utf8)) }

    private func messages(about bytes: [UInt8]) throws -> [String] {
        let file = try ConfigurationFileFixture(bytes)
        let error = #expect(throws: ConfigurationError.self) {
            try file.read { try ConfigurationFile(path: $0, isOptional: false).read() }
        }
        return (error?.messages ?? []).map { String($0.dropFirst(file.path.count)) }
    }

    @Test("The file can have settings of every type")
    func everything() throws {
        let values = try read(
            """
            socket = "/run/a.sock"
            state-directory = '/srv/a b'
            "runtime-directory" = "/run/\\u00e4"
            log-level = "debug"   # for now
            parent-wait = 0
            orphan-age = 0xffff
            """)
        #expect(values.count == 6)
        let settings = Settings([values])
        #expect(settings.socket == "/run/a.sock")
        #expect(settings.stateDirectory == "/srv/a b")
        #expect(settings.runtimeDirectory == "/run/ä")
        #expect(settings.logLevel == .debug)
        #expect(settings.parentWait == 0)
        #expect(settings.orphanAge == 65535)
    }

    @Test("The file can be empty", arguments: ["", "\n\n", "# orphan-age = 1", "\u{FEFF}# byte order mark\r\n"])
    func empty(_ text: String) throws { #expect(try read(text).isEmpty) }

    @Test("An unknown key is rejected with its line and the nearest key")
    func unknownKey() throws {
        #expect(
            try messages(about: "orphan-age = 1\n\nparent-wiat = 5\n")
                == [#":3: unknown setting "parent-wiat"; did you mean parent-wait?"#])
        let keys = SettingTable.all.map(\.key).joined(separator: ", ")
        #expect(try messages(about: "x = 1") == [#":1: unknown setting "x"; the settings are \#(keys)"#])
    }

    @Test(
        "An invalid value is rejected with its line and what the setting must be",
        arguments: [
            ("orphan-age = -1", "orphan-age must be a whole number of seconds from 0 to 65535, not -1"),
            ("orphan-age = 65536", "orphan-age must be a whole number of seconds from 0 to 65535, not 65536"),
            ("parent-wait = \"30s\"", #"parent-wait must be a whole number of seconds from 0 to 65535, not "30s""#),
            (
                "parent-wait = 1.5",
                "parent-wait must be a whole number of seconds from 0 to 65535, not a number with a fraction"
            ),
            (
                "parent-wait = 2026-01-01",
                "parent-wait must be a whole number of seconds from 0 to 65535, not a date or time"
            ),
            (
                "log-level = \"loud\"",
                #"log-level must be one of trace, debug, info, notice, warning, error, critical, not "loud""#
            ),
            ("socket = true", "socket must be an absolute path of at most 107 bytes, not true or false"),
            ("socket = \"here\"", #"socket must be an absolute path of at most 107 bytes, not "here""#),
            ("socket = [\"/a\"]", "socket must be an absolute path of at most 107 bytes, not a list"),
            ("[socket]", "socket must be an absolute path of at most 107 bytes, not a table"),
            ("state-directory = \"\"", #"state-directory must be an absolute path of at most 4095 bytes, not """#),
        ])
    func invalidValue(_ text: String, _ message: String) throws {
        #expect(try messages(about: "# first\n\n" + text + "\n") == [":3: " + message])
    }

    @Test("A socket path that is too long for the kernel is rejected")
    func longSocket() throws {
        let path = "/" + String(repeating: "x", count: 107)
        let message = try #require(try messages(about: "socket = \"\(path)\"").first)
        #expect(message.hasPrefix(":1: socket must be an absolute path of at most 107 bytes, not \"/xxx"))
        #expect(Settings([try read("socket = \"\(path.dropLast())\"")]).socket.utf8.count == 107)
    }

    @Test("All errors are reported in the order of the lines")
    func everyProblem() throws {
        let messages = try messages(
            about: """
                socket = 1
                # between
                orphan_age = 3
                parent-wait = [
                  1,
                  2,
                ]
                zeal.much = "a"

                [log-level]
                x = 1
                """)
        #expect(messages.map { $0.split(separator: ":").first.map(String.init) } == ["1", "3", "4", "8", "10"])
    }

    @Test(
        "An error has its line in the file",
        arguments: [
            ("\u{FEFF}\nx = 1", 2), ("\r\n\r\nx = 1\r\n", 3), ("\"\\u0078\" = \"\"\"\n\n\"\"\"", 1), ("\n'x' = 1", 2),
            ("log-level = '''\nx = 1\n'''\nx = 1", 4), ("\n[[x]]\n[[x]]", 2), ("\n\"a\\\"\\\\\\nb\" = 1", 2),
        ])
    func lines(_ text: String, _ line: Int) throws {
        #expect(try messages(about: text).contains { $0.hasPrefix(":\(line): unknown setting") })
    }

    @Test("A syntax error is rejected with its line")
    func syntax() throws {
        for (text, line) in [("socket", 1), ("\n\nsocket = ", 3), ("socket = \"/a\nx = 1", 1), ("orphan-age = 1 s", 1)]
        {
            let message = try messages(about: text).first
            #expect(message?.hasPrefix(":\(line): not valid TOML: ") == true, "\(message ?? "")")
        }
        #expect(
            try messages(about: "orphan-age = 1\norphan-age = 2").first?.hasPrefix(":2: not valid TOML: ") == true)
    }

    @Test("Invalid UTF-8 and zero bytes are rejected with their line")
    func notText() throws {
        #expect(try messages(about: Array("a = 1\n\"".utf8) + [0xff]) == [":2: not valid UTF-8"])
        #expect(
            try messages(about: Array("\n\norphan-age = 1".utf8) + [0]) == [":3: TOML does not allow a zero byte"])
    }

    @Test(
        "An escaped zero byte, at which the TOML library would cut off a string, is rejected",
        arguments: [#""orphan-age\u0000" = 1"#, #""\u0000" = 1"#, #"socket = "/a\U00000000b""#])
    func escapedZero(_ text: String) throws {
        #expect(try messages(about: "\n" + text) == [":2: no setting may contain a zero byte"])
    }

    @Test("A missing file is accepted only if it is optional")
    func missing() throws {
        #expect(try ConfigurationFile(path: "/absent/file", isOptional: true).read().isEmpty)
        let error = #expect(throws: ConfigurationError.self) {
            try ConfigurationFile(path: "/absent/file", isOptional: false).read()
        }
        #expect(error?.description == "/absent/file: cannot read the configuration file: No such file or directory")
        #expect(throws: ConfigurationError.self) { try ConfigurationFile(path: "/tmp", isOptional: true).read() }
    }

    @Test("An endless file is rejected", .timeLimit(.minutes(10)))
    func endless() throws {
        let error = #expect(throws: ConfigurationError.self) {
            try ConfigurationFile(path: "/dev/zero", isOptional: false).read()
        }
        #expect(error?.description == "/dev/zero: the file is larger than 1048576 bytes")
    }
}
