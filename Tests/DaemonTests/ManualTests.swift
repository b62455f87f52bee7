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

    /// The names of the commands, in the order of `--help`.
    private static func commandNames() async throws -> [String] {
        let help = try await runProgram(["--help"]).output
        let list = try #require(help.firstRange(of: "\nSUBCOMMANDS:\n")).upperBound
        return help[list...].matches(of: #/(?m)^  ([a-z]+)  /#).map { String($0.1) }
    }

    /// The text about a command in the section COMMANDS.
    private func text(about command: String) throws -> Substring {
        let commands = try section("COMMANDS")
        let start = try #require(commands.firstRange(of: "\n.Ss swiftvlan \(command)\n"), "\(command)").upperBound
        let rest = commands[start...]
        return rest[..<(rest.firstRange(of: "\n.Ss ")?.lowerBound ?? rest.endIndex)]
    }

    /// The arguments, then the options with their values, in the order of a list of the manual: `name`, `since <time>`.
    private static func described(_ list: Substring) -> [String] {
        list.matches(of: /\n\.It (?:Ar ([a-z]+)|Fl (?:h , )?-([a-z-]+)(?: , -([a-z-]+))?(?: Ar ([a-z]+))?)/).flatMap {
            match -> [String] in
            if let argument = match.1 { return [String(argument)] }
            let value = match.4.map { " <\($0)>" } ?? ""
            return [match.2, match.3].compactMap { $0 }.map { "--\($0)\(value)" }
        }
    }

    /// The same, from the help of a command.
    private static func offered(_ help: String) -> [String] {
        help.matches(of: /\n  (?:<([a-z]+)>|(?:-h, )?--([a-z-]+)(?:\/--([a-z-]+))?(?: <([a-z]+)>)?)/).flatMap {
            match -> [String] in
            if let argument = match.1 { return [String(argument)] }
            let value = match.4.map { " <\($0)>" } ?? ""
            return [match.2, match.3].compactMap { $0 }.map { "--\($0)\(value)" }
        }
    }

    @Test("The manual describes the same commands as --help, in the same order")
    func commands() async throws {
        let commands = try await Self.commandNames()
        #expect(commands.count > 5)
        #expect(try section("COMMANDS").matches(of: /\n\.Ss swiftvlan ([a-z]+)/).map { String($0.1) } == commands)
        #expect(try section("SYNOPSIS").matches(of: /\n\.Cm ([a-z]+)/).map { String($0.1) } == commands)
    }

    @Test("The manual has the same arguments and options for each command as its --help, in the same order")
    func options() async throws {
        let common = Self.described(try section("OPTIONS"))
        #expect(common == ["--control-socket <path>", "--version", "--help"])
        let synopses = try section("SYNOPSIS").split(separator: "\n.Nm\n")
        for command in try await Self.commandNames() {
            let offered = Self.offered(try await runProgram([command, "--help"]).output)
            #expect(offered.suffix(2) == ["--version", "--help"], "\(command)")
            #expect(Self.described(try text(about: command)) == offered.filter { !common.contains($0) }, "\(command)")
            let synopsis = try #require(synopses.first { $0.contains(".Cm \(command)\n") }, "\(command)")
            let items = synopsis.matches(of: /\n\.(?:Op )?(?:Ar ([a-z]+)|Fl -([a-z-]+)(?: Ar ([a-z]+))?)/)
            let named = items.map { item in
                item.1.map(String.init) ?? "--\(item.2 ?? "")" + (item.3.map { " <\($0)>" } ?? "")
            }
            // Following is the default, so only the other choice is worth naming.
            #expect(Set(named) == Set(offered.dropLast(2)).subtracting(["--follow"]), "\(command)")
        }
    }

    @Test("The manual has the same exit statuses for each command as its --help, in the same order")
    func commandStatuses() async throws {
        for command in try await Self.commandNames() {
            let help = try await runProgram([command, "--help"]).output
            let start = try #require(help.firstRange(of: "Exit status: "), "\(command)").lowerBound
            let end = try #require(help[start...].firstRange(of: "\n\n")).lowerBound
            let offered = help[start..<end].matches(of: /[:;]\s+([0-9]+)\s/).map { String($0.1) }
            let described = try text(about: command).matches(of: /\n\.It ([0-9]+)/).map { String($0.1) }
            #expect(offered == described && described.last == "64", "\(command): \(offered)")
        }
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
            let names = #""(SWIFTVLAN|STATE|RUNTIME|LC)_[A-Z_]*[A-Z]"|"LANG"|(getenv|environment)\("[A-Z_]+"\)"#
            let command = ["grep", "-rhoE", names, "\(Self.root)Sources"]
            let process = try ChildProcess(command, output: directory.file("output"))
            #expect(process.exitStatus() == 0)
            return Set(process.output.matches(of: /"([A-Z_]+)"/).map { String($0.1) })
        }
        // libsystemd's, and those that are named after the settings (SettingTable).
        read.formUnion(["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "NOTIFY_SOCKET", "WATCHDOG_USEC"])
        let keys = try text(about: "daemon").matches(of: /\n\.It Fl -([a-z-]+) Ar/).map { String($0.1) }
        read.formUnion(keys.map { "SWIFTVLAN_" + $0.uppercased().replacing("-", with: "_") })
        #expect(try items("ENVIRONMENT").sorted() == read.subtracting(Self.internalVariables).sorted())
    }

    @Test("The manual has every file that is a setting's default or an installed file of the daemon's")
    func files() async throws {
        let files = try items("FILES")
        let defaults = try text(about: "daemon").matches(of: /\nDefault: (\/[a-z.\/]+[a-z])/).map { String($0.1) }
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
