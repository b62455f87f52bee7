import DaemonTestKit
import FoundationEssentials
import KernelTestKit
import TestSupport
import Testing

/// Runs `swiftvlan doctor` in a network namespace of its own, without a daemon and without Docker.
@Suite("Command doctor", .needsNetworkNamespaces)
struct DoctorCommandTests {
    private static let root = String(#filePath.dropLast("Tests/DaemonTests/DoctorCommandTests.swift".count))
    private let directory: TemporaryDirectory
    private let records: RecordDirectories

    init() throws {
        directory = try TemporaryDirectory()
        records = RecordDirectories(in: directory)
    }

    /// Adds the record of a macvlan network on eth0, which the new namespace does not have. Returns its identifier.
    private func addNetwork() throws -> String {
        let record = try readTextFile("\(Self.root)Tests/StateStoreTests/Records/v1/network-card.json")
        let id = String(try #require(record.firstMatch(of: /"id" : "([0-9a-f]+)"/)).1)
        for folder in [records.state, "\(records.state)/networks", records.runtime, "\(records.runtime)/endpoints"] {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        try writeTextFile(records.file(ofNetwork: id), record)
        return id
    }

    private func run(_ arguments: String...) async throws -> (status: Int32?, output: String) {
        let environment = [
            "SWIFTVLAN_CONFIG": "/dev/null", "SWIFTVLAN_STATE_DIRECTORY": records.state,
            "SWIFTVLAN_RUNTIME_DIRECTORY": records.runtime, "DOCKER_HOST": "unix://\(directory.file("no.sock"))",
        ]
        return try await onOwnThread {
            let command = DaemonProcess.ownNetwork + [DaemonProcess.program, "doctor"] + arguments
            let process = try ChildProcess(command, environment: environment, output: directory.file("output"))
            return (process.exitStatus(), process.output)
        }
    }

    @Test("A missing parent is reported from the records, with the fix, and the status is 2")
    func missingParent() async throws {
        let id = try addNetwork()
        for arguments in [[], [String(id.prefix(4))]] {
            let doctor = arguments.isEmpty ? try await run() : try await run(arguments[0])
            #expect(doctor.status == 2, "\(doctor.output)")
            #expect(doctor.output.contains("link \"eth0\" is not on this host"))
            #expect(doctor.output.contains("[parent-missing]") && doctor.output.contains("\n  fix: "))
            #expect(doctor.output.contains("Not checked:") && doctor.output.contains("mtu: "))
            #expect(doctor.output.contains(/\n[0-9]+ problems?, .* from [0-9]+ checks?; [0-9]+ not checked\n$/))
        }
    }

    @Test("With --json, the report is JSON on standard output")
    func json() async throws {
        _ = try addNetwork()
        let doctor = try await run("--json")
        #expect(doctor.status == 2)
        let line = try #require(doctor.output.split(separator: "\n").first { $0.hasPrefix("{") })
        #expect(line.contains("\"check\":\"parent-missing\"") && line.contains("\"notChecked\":["))
    }

    @Test("A network that does not exist ends with status 3, and an unknown option with status 64")
    func refusals() async throws {
        _ = try addNetwork()
        let unknown = try await run("nothing")
        #expect(unknown.status == 3 && unknown.output.contains("Error: swiftvlan has no network \"nothing\""))
        #expect(try await run("--nothing").status == 64)
    }

    @Test("A daemon that does not run, and whose records cannot be read, ends with status 3")
    func noRecords() async throws {
        try writeTextFile(records.state, "not a folder")
        #expect(try await run().status == 3)
    }

    @Test("The exit codes of the help, the manual and the documents are the same")
    func exitCodes() async throws {
        let help = try await run("--help")
        #expect(help.status == 0)
        let manual = try readTextFile("\(Self.root)man/swiftvlan.8")
        let section = try #require(manual.split(separator: #/\n\.S[hs] /#).first { $0.hasPrefix("swiftvlan doctor\n") })
        let page = try readTextFile("\(Self.root)docs/doctor.md")
        let documented = page.matches(of: /\n\| ([0-9]+) \|/).map { String($0.1) }
        #expect(documented == ["0", "1", "2", "3", "64"])
        #expect(section.matches(of: /\n\.It ([0-9]+)/).map { String($0.1) } == documented)
        for code in documented { #expect(help.output.contains(try Regex("(: |; |;\n *)\(code) ")), "\(code)") }
    }
}
