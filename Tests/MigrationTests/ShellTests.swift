import DaemonTestKit
import DockerAPI
import TestSupport
import Testing

@testable import Migration

@Suite("Shell words")
struct ShellTests {
    private static func run(_ script: String) async throws -> String {
        let directory = try TemporaryDirectory()
        try writeTextFile(directory.file("script"), script)
        return try await onOwnThread {
            try ChildProcess.run(["sh", directory.file("script")], output: directory.file("output"))
        }
    }

    @Test(
        "The shell reads a word as it was",
        arguments: [
            "", "lan", "it's", "''", "a b", "$HOME", "`id`", "$(id)", "\"", "\\", "\\n", "a\nb", "a\tb", "*", "~", "é",
            "-n", "#x",
            "a;b", "a&b", "!", "{a,b}", "\u{1b}[31m", "a\u{1b}", "\u{85}x", "\u{7f}", "a\u{202e}b", "\u{2066}",
        ])
    func words(text: String) async throws {
        let script = "printf %s \(Shell.word(text))."
        #expect(try await Self.run(script) == text + ".")
        let isVisible = script.unicodeScalars.allSatisfy {
            !$0.properties.isDefaultIgnorableCodePoint && ($0.value >= 32 || $0 == "\n" || $0 == "\t")
        }
        #expect(isVisible, "a terminal would obey the script: \(script.debugDescription)")
    }

    @Test("A name with a line break cannot end a comment, and a name with a quote stays one word")
    func hostileNames() async throws {
        let network = try Inspected.network(
            "x\n    echo oops '", driver: "macvlan", options: ["parent": "e'; echo oops; '"])
        let plan = try MigrationPlan(of: [], in: DockerInventory(networks: [network]))
        // In place of docker, a function that prints its arguments.
        let output = try await Self.run("docker() { printf '<%s>' \"$@\"; echo; }\n" + Self.script(of: plan))
        #expect(
            output == """
                <network><rm><x
                    echo oops '>
                <network><create><-d><swiftvlan><--subnet><192.168.50.0/24><--gateway><192.168.50.1><-o><parent=e'; echo oops; '><x
                    echo oops '>
                Moved to swiftvlan: x?    echo oops '. To check: swiftvlan status

                """)
    }

    @Test("The further lines of an item in a comment align with its text, and the script's own items have one line")
    func comments() throws {
        let words = Array(repeating: "word", count: 21).joined(separator: " ")
        #expect(Shell.comment("- \(words)", indent: " ") == [" # - \(words.dropLast(5))", " #   word"])
        #expect(Shell.comment(words) == ["# \(words.dropLast(5))", "# word"])
        let plan = try MigrationPlan(
            of: [], in: DockerInventory(networks: [Inspected.network("lan", driver: "macvlan")]))
        let header = plan.script(version: "1").prefix { $0 != "set -eu" }
        #expect(header.count { $0.hasPrefix("# - ") } == 4)
        #expect(!header.contains { $0.hasPrefix("#   ") })
    }

    /// Runs the script of a network; `docker` prints its arguments, and fails to create the new network.
    private static func move(_ arguments: String..., isServed: Bool = true) async throws -> (Int32?, String) {
        let network = try Inspected.network("lan", driver: "macvlan")
        let text = try script(of: MigrationPlan(of: [], in: DockerInventory(networks: [network])), isServed: isServed)
        let directory = try TemporaryDirectory()
        let docker = "docker() { echo \"$@\"; case \"$2 ${4-}\" in 'create swiftvlan') return 1;; esac; }\n"
        try writeTextFile(directory.file("move.sh"), docker + text)
        return try await onOwnThread {
            let command = ["sh", directory.file("move.sh")] + arguments
            let process = try ChildProcess(command, output: directory.file("output"))
            return (process.exitStatus(), process.output)
        }
    }

    /// Returns the plan's script as on a host where swiftvlan serves, or where it does not.
    private static func script(of plan: MigrationPlan, isServed: Bool = true) -> String {
        plan.script(version: "1").joined(separator: "\n")
            .replacing("[ -S /run/docker/plugins/swiftvlan.sock ]", with: isServed ? "true" : "[ -S /absent ]")
    }

    @Test("The script says how to undo a failed move")
    func failed() async throws {
        let (status, output) = try await Self.move()
        #expect(status == 1)
        #expect(output.contains("network create -d swiftvlan"))
        #expect(output.contains("To create the old networks again: sh "))
    }

    @Test("The script undoes the move with the argument back, and explains itself with any other")
    func arguments() async throws {
        let back = try await Self.move("back")
        #expect(back.0 == 0)
        #expect(back.1.contains("network create -d macvlan --subnet 192.168.50.0/24"))
        #expect(back.1.hasSuffix("\nCreated again: lan\n"))
        let other = try await Self.move("bakc")
        #expect(other.0 == 64)
        #expect(other.1.contains("Usage: sh "))
    }

    @Test("The script changes nothing if swiftvlan does not serve")
    func notServed() async throws {
        let (status, output) = try await Self.move(isServed: false)
        #expect(status == 1)
        #expect(output == "swiftvlan is not running: systemctl start swiftvlan.socket\n")
    }

    @Test("The script parses although a stage has no command")
    func emptyStage() async throws {
        let network = try Inspected.network(
            "app", driver: "macvlan", #""Labels": {"com.docker.compose.project": "app"}"#)
        let plan = try MigrationPlan(of: [], in: DockerInventory(networks: [network]))
        #expect(try await Self.run(Self.script(of: plan)) == "")
    }
}
