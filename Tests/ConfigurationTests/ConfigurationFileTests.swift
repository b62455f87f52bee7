import Logging
import Testing

@testable import Configuration

@Suite("The configuration file")
struct ConfigurationFileTests {
    /// What a file with this text says.
    private func read(_ text: String) throws -> SettingLayer {
        try WrittenFile(text).read { try ConfigurationFile(path: $0, isOptional: false).read() }
    }

    /// What is said of a file with this text, without its path.
    private func sentences(of text: String) throws -> [String] {
        try sentences(of: Array(text.utf8))
    }

    private func sentences(of bytes: [UInt8]) throws -> [String] {
        let file = try WrittenFile(bytes)
        let error = #expect(throws: ConfigurationError.self) {
            try file.read { try ConfigurationFile(path: $0, isOptional: false).read() }
        }
        return (error?.sentences ?? []).map { String($0.dropFirst(file.path.count)) }
    }

    @Test("has every setting")
    func everything() throws {
        let layer = try read(
            """
            socket = "/run/a.sock"
            state-directory = '/srv/a b'
            "runtime-directory" = "/run/\\u00e4"
            log-level = "debug"   # for now
            parent-wait = 0
            orphan-age = 0xffff
            """)
        #expect(layer.socket == "/run/a.sock")
        #expect(layer.stateDirectory == "/srv/a b")
        #expect(layer.runtimeDirectory == "/run/ä")
        #expect(layer.logLevel == .debug)
        #expect(layer.parentWait == 0)
        #expect(layer.orphanAge == 65535)
    }

    @Test("may say nothing", arguments: ["", "\n\n", "# orphan-age = 1", "\u{FEFF}# with a mark\r\n"])
    func nothing(_ text: String) throws {
        #expect(try read(text) == SettingLayer())
    }

    @Test("is refused for a key that there is not, with its line and the nearest one")
    func unknownKey() throws {
        #expect(
            try sentences(of: "orphan-age = 1\n\nparent-wiat = 5\n")
                == [#":3: there is no setting "parent-wiat"; did you mean parent-wait?"#])
        #expect(
            try sentences(of: "x = 1")
                == [
                    """
                    :1: there is no setting "x"; there are socket, state-directory, runtime-directory, log-level, \
                    parent-wait, orphan-age
                    """
                ])
    }

    @Test(
        "is refused for a value that does not fit, with its line and what would",
        arguments: [
            ("orphan-age = -1", "orphan-age is a whole number of seconds from 0 to 65535, not -1"),
            ("orphan-age = 65536", "orphan-age is a whole number of seconds from 0 to 65535, not 65536"),
            ("parent-wait = \"30s\"", #"parent-wait is a whole number of seconds from 0 to 65535, not "30s""#),
            (
                "parent-wait = 1.5",
                "parent-wait is a whole number of seconds from 0 to 65535, not a number with a fraction"
            ),
            (
                "parent-wait = 2026-01-01",
                "parent-wait is a whole number of seconds from 0 to 65535, not a date or time"
            ),
            (
                "log-level = \"loud\"",
                #"log-level is one of trace, debug, info, notice, warning, error, critical, not "loud""#
            ),
            ("socket = true", "socket is an absolute path, not true or false"),
            ("socket = \"here\"", #"socket is an absolute path, not "here""#),
            ("socket = [\"/a\"]", "socket is an absolute path, not a list"),
            ("[socket]", "socket is an absolute path, not a table"),
            ("state-directory = \"\"", #"state-directory is an absolute path, not """#),
        ])
    func unfitValue(_ text: String, _ sentence: String) throws {
        #expect(try sentences(of: "# first\n\n" + text + "\n") == [":3: " + sentence])
    }

    @Test("is refused for a socket whose path is too long for the kernel")
    func longSocket() throws {
        let path = "/" + String(repeating: "x", count: 107)
        #expect(try sentences(of: "socket = \"\(path)\"").first?.hasPrefix(":1: socket is a path of 107 bytes") == true)
        #expect(try read("socket = \"\(path.dropLast())\"").socket?.utf8.count == 107)
    }

    @Test("is refused for everything that is wrong with it, in the order of the lines")
    func everyProblem() throws {
        let sentences = try sentences(
            of: """
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
        #expect(sentences.map { $0.split(separator: ":").first.map(String.init) } == ["1", "3", "4", "8", "10"])
    }

    @Test(
        "has lines as the file has them",
        arguments: [
            ("\u{FEFF}\nx = 1", 2), ("\r\n\r\nx = 1\r\n", 3), ("\"\\u0078\" = \"\"\"\n\n\"\"\"", 1), ("\n'x' = 1", 2),
            ("log-level = '''\nx = 1\n'''\nx = 1", 4), ("\n[[x]]\n[[x]]", 2), ("\n\"a\\\"\\\\\\nb\" = 1", 2),
        ])
    func lines(_ text: String, _ line: Int) throws {
        #expect(try sentences(of: text).contains { $0.hasPrefix(":\(line): there is no setting") })
    }

    @Test("is refused when it is no TOML, with the line")
    func syntax() throws {
        for (text, line) in [("socket", 1), ("\n\nsocket = ", 3), ("socket = \"/a\nx = 1", 1), ("orphan-age = 1 s", 1)]
        {
            let sentence = try sentences(of: text).first
            #expect(sentence?.hasPrefix(":\(line): this is not TOML: ") == true, "\(sentence ?? "")")
        }
        #expect(
            try sentences(of: "orphan-age = 1\norphan-age = 2").first?.hasPrefix(":2: this is not TOML: ") == true)
    }

    @Test("is refused when it is no text, with the line")
    func noText() throws {
        #expect(try sentences(of: Array("a = 1\n\"".utf8) + [0xff]) == [":2: TOML is written in UTF-8"])
        #expect(
            try sentences(of: Array("\n\norphan-age = 1".utf8) + [0]) == [":3: a zero byte is not allowed in TOML"])
    }

    @Test(
        "is refused for a zero byte in a key or a value, which the library would cut off there",
        arguments: [#""orphan-age\u0000" = 1"#, #""\u0000" = 1"#, #"socket = "/a\U00000000b""#])
    func escapedZero(_ text: String) throws {
        #expect(try sentences(of: "\n" + text) == [":2: a zero byte is in no setting"])
    }

    @Test("has to be there, unless it is optional")
    func absent() throws {
        #expect(try ConfigurationFile(path: "/absent/file", isOptional: true).read() == SettingLayer())
        let error = #expect(throws: ConfigurationError.self) {
            try ConfigurationFile(path: "/absent/file", isOptional: false).read()
        }
        #expect(error?.description == "/absent/file: the configuration file cannot be read: No such file or directory")
        #expect(throws: ConfigurationError.self) { try ConfigurationFile(path: "/tmp", isOptional: true).read() }
    }

    @Test("does not fill the memory", .timeLimit(.minutes(10)))
    func endless() throws {
        let error = #expect(throws: ConfigurationError.self) {
            try ConfigurationFile(path: "/dev/zero", isOptional: false).read()
        }
        #expect(error?.description == "/dev/zero: a configuration file has 1048576 bytes at most")
    }
}
