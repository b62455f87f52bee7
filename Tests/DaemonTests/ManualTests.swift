import DaemonTestKit
import TestSupport
import Testing

/// Compares the manual of the program with what the program does, so that neither can miss an option.
@Suite("Manual swiftvlan(8)")
struct ManualTests {
    private static let root = String(#filePath.dropLast("Tests/DaemonTests/ManualTests.swift".count))
    private let manual: String

    init() throws { manual = try readTextFile("\(Self.root)man/swiftvlan.8") }

    /// The text of a section.
    private func section(_ name: String) throws -> Substring {
        let start = try #require(manual.firstRange(of: "\n.Sh \(name)\n"), "no section \(name)").upperBound
        let rest = manual[start...]
        return rest[..<(rest.firstRange(of: "\n.Sh ")?.lowerBound ?? rest.endIndex)]
    }

    /// The items of a section's list, each split at its commas.
    private func items(_ name: String) throws -> [String] {
        try section(name).replacing("\\\n", with: "").split(separator: "\n").filter { $0.hasPrefix(".It ") }.flatMap {
            item in
            item.split(separator: " ").drop { [".It", "Dv", "Ev", "Pa"].contains($0) }.filter { $0 != "," }.map(
                String.init)
        }
    }

    @Test("The manual has the same options as --help, in the same order")
    func options() async throws {
        let help = try await runProgram(["daemon", "--help"]).output
        let options = help.matches(of: /\n  (?:-h, )?--([a-z-]+(?: <[a-z]+>)?)/).map { String($0.1) }
        let described = try section("OPTIONS").matches(of: /\n\.It Fl (?:h , )?-([a-z-]+)(?: Ar ([a-z]+))?/).map {
            match in
            "\(match.1)" + (match.2.map { " <\($0)>" } ?? "")
        }
        let synopsis = try section("SYNOPSIS").matches(of: /\n\.Op Fl -([a-z-]+)/).map { String($0.1) }
        #expect(options.count > 3)
        #expect(described == options)
        #expect(synopsis + ["version", "help"] == options.map { $0.prefix { $0 != " " } }.map(String.init))
    }

    @Test(
        "The manual has each command with the same options as --help, in the same order",
        arguments: ["status", "inspect"])
    func commands(_ command: String) async throws {
        let help = try await runProgram([command, "--help"]).output
        let options = help.matches(of: /\n  --([a-z-]+)/).map { String($0.1) }.filter { $0 != "version" }
        let item = try section("COMMANDS").split(separator: "\n").first { $0.hasPrefix(".It Cm \(command) ") }
        let described = try #require(item).matches(of: /Fl -([a-z-]+)/).map { String($0.1) }
        #expect(options.count > 1 && described == options)
        #expect(try section("SYNOPSIS").contains("\n.Cm \(command)\n"))
    }

    @Test("The manual has the same options for a command as its --help", arguments: ["events", "reconcile", "gc"])
    func commandOptions(_ command: String) async throws {
        let help = try await runProgram([command, "--help"]).output
        let options = help.matches(of: /--([a-z-]+)/).map { String($0.1) }.filter { $0 != "help" && $0 != "version" }
        let start = try #require(manual.firstRange(of: "\n.Ss swiftvlan \(command)\n")).upperBound
        let rest = manual[start...]
        let text = rest[..<(rest.firstMatch(of: /\n\.S[hs]\s/)?.range.lowerBound ?? rest.endIndex)]
        let items = text.matches(of: /\n\.It (Fl .*)/).flatMap { $0.1.matches(of: /-([a-z-]+)/).map { String($0.1) } }
        #expect(Set(items + ["control-socket"]) == Set(options))
        let synopsis = try section("SYNOPSIS").matches(of: /\n\.Cm ([a-z]+) (Op .*)/).first { $0.1 == command }
        let short = try #require(synopsis).2.matches(of: /Fl -([a-z-]+)/).map { String($0.1) }
        #expect(Set(short) == Set(options).subtracting(["follow"]))
    }

    @Test("The manual has the same signals as --help")
    func signals() async throws {
        let help = try await runProgram(["daemon", "--help"]).output
        let signals = Set(help.matches(of: /SIG[A-Z]+/).map { String($0.0) })
        #expect(signals.count > 2)
        #expect(Set(try items("SIGNALS")) == signals)
    }

    @Test("The manual names every signal that the program waits for")
    func waitedSignals() throws {
        let source = try readTextFile("\(Self.root)Sources/swiftvlan/Daemon/DaemonSignals.swift")
        let set = try #require(source.firstMatch(of: /for signal in \[(SIG[A-Z, ]+)\] \{ sigaddset/)).1
        #expect(set.split(separator: ", ").map(String.init).sorted() == (try items("SIGNALS")).sorted())
    }

    /// Variables by which the program hands itself something over, or tests make it fail.
    private static let internalVariables = ["SWIFTVLAN_FAULTS", "SWIFTVLAN_HANDOVER", "SWIFTVLAN_PUT_OFF"]

    @Test("The manual has every environment variable that the program reads, and no other")
    func environment() async throws {
        let directory = try TemporaryDirectory()
        var read = try await onOwnThread {
            let command = ["grep", "-rhoE", #""(SWIFTVLAN|STATE|RUNTIME)_[A-Z_]*[A-Z]""#, "\(Self.root)Sources"]
            let process = try ChildProcess(command, output: directory.file("output"))
            #expect(process.exitStatus() == 0)
            return Set(process.output.split(separator: "\n").map { $0.dropFirst().dropLast() }.map(String.init))
        }
        // libsystemd's, and those that are named after the settings (SettingTable).
        read.formUnion(["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "NOTIFY_SOCKET", "WATCHDOG_USEC"])
        let keys = try section("OPTIONS").matches(of: /\n\.It Fl -([a-z-]+) Ar/).map { String($0.1) }
        read.formUnion(keys.map { "SWIFTVLAN_" + $0.uppercased().replacing("-", with: "_") })
        #expect(try items("ENVIRONMENT").sorted() == read.subtracting(Self.internalVariables).sorted())
    }

    @Test("The manual has every file that is a setting's default or an installed file of the daemon's")
    func files() async throws {
        let files = try items("FILES")
        let defaults = try section("OPTIONS").matches(of: /\nDefault: (\/[a-z.\/]+[a-z])/).map { String($0.1) }
        #expect(defaults.count == 4)
        for path in defaults { #expect(files.contains { $0.hasPrefix(path) }, "\(path)") }
    }

    @Test("The manual's exit statuses are those of a stop, a wrong configuration and a wrong option")
    func exitStatuses() async throws {
        let wrongOption = try await runProgram(["daemon", "--sockets", "x"]).status
        let wrongFile = try await runProgram(["daemon", "--config", "/absent.toml"]).status
        let seen = [0, wrongFile, wrongOption].compactMap { $0.map(String.init) }
        #expect(try items("EXIT STATUS") == seen)
    }

    @Test("The manual's sections are complete and in the order of mdoc(7)")
    func sections() {
        #expect(
            manual.matches(of: /\n\.Sh ([A-Z ]+)/).map { String($0.1) } == [
                "NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "SIGNALS", "ENVIRONMENT", "FILES",
                "EXIT STATUS", "EXAMPLES",
                "SECURITY", "SEE ALSO",
            ])
    }

    @Test(
        "Every manual is formatted without a complaint",
        arguments: ["swiftvlan.8", "swiftvlan-networks.7", "swiftvlan.toml.5"])
    func format(_ name: String) async throws {
        let path = "\(Self.root)man/\(name)"
        let directory = try TemporaryDirectory()
        let warnings = try await onOwnThread {
            let command = ["groff", "-mdoc", "-Tutf8", "-z", "-ww", path]
            let process = try ChildProcess(command, output: directory.file("output"))
            #expect(process.exitStatus() == 0)
            return process.output
        }
        #expect(warnings == "")
    }
}
