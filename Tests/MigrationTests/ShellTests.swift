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
            "a;b", "a&b", "!", "{a,b}", "\u{1b}[31m", "a\u{1b}", "\u{85}x", "\u{7f}",
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
        let script = ["docker() { printf '<%s>' \"$@\"; echo; }"] + plan.script(version: "1")
        let output = try await Self.run(script.joined(separator: "\n"))
        #expect(
            output == """
                <network><rm><x
                    echo oops '>
                <network><create><-d><swiftvlan><--subnet><192.168.50.0/24><--gateway><192.168.50.1><-o><parent=e'; echo oops; '><x
                    echo oops '>

                """)
    }

    @Test(
        "The script undoes the move with the argument back, explains itself with any other, and says how to undo a failure"
    )
    func arguments() async throws {
        let network = try Inspected.network("lan", driver: "macvlan")
        let text = try MigrationPlan(of: [], in: DockerInventory(networks: [network])).script(version: "1")
            .joined(separator: "\n")
        let directory = try TemporaryDirectory()
        let docker = "docker() { echo \"$@\"; case \"$2 ${4-}\" in 'create swiftvlan') return 1;; esac; }\n"
        try writeTextFile(directory.file("move.sh"), docker + text)
        let path = directory.file("move.sh")
        let (outputs, statuses) = try await onOwnThread {
            let processes = try [[], ["back"], ["bakc"]].map {
                try ChildProcess(["sh", path] + $0, output: directory.file("output-\($0.count)-\($0.first ?? "")"))
            }
            let statuses = processes.map { $0.exitStatus() }
            return (processes.map(\.output), statuses)
        }
        #expect(statuses == [1, 0, 64])
        #expect(outputs[0].contains("To create the old networks again: sh \(path) back"))
        #expect(outputs[1].contains("network create -d macvlan --subnet 192.168.50.0/24"))
        #expect(outputs[2].contains("Usage: sh \(path) [back]"))
    }

    @Test("The script parses although a stage has no command")
    func emptyStage() async throws {
        let network = try Inspected.network(
            "app", driver: "macvlan", #""Labels": {"com.docker.compose.project": "app"}"#)
        let plan = try MigrationPlan(of: [], in: DockerInventory(networks: [network]))
        #expect(try await Self.run(plan.script(version: "1").joined(separator: "\n")) == "")
    }
}
