import ControlAPI
import Glibc
import SystemCalls
import TestSupport
import Testing

@testable import Doctor

/// A check whose result a test gives.
private struct FixedCheck: Check {
    let name: String
    let result: CheckResult

    func examine(_ facts: DoctorFacts) -> CheckResult { result }
}

struct ReportTests {
    private let facts = DoctorFacts(status: StatusDocument())

    private func finding(
        _ severity: Finding.Severity, _ what: String = "", networks: [NetworkDocument] = []
    ) -> Finding {
        Finding(severity, "a", subject: "s", networks: networks, what: what, why: "", remedy: "")
    }

    private func report(_ findings: [Finding], network: NetworkDocument? = nil) -> DoctorReport {
        DoctorReport(
            facts, checks: [FixedCheck(name: "a", result: CheckResult(findings))],
            networks: network.map { [$0] })
    }

    @Test("Problems come first, then warnings and notes, each in the order of the checks.")
    func order() {
        let found = [finding(.note, "1"), finding(.problem, "2"), finding(.warning, "3"), finding(.problem, "4")]
        #expect(report(found).findings.map(\.what) == ["2", "4", "3", "1"])
    }

    @Test("The exit code is 2 with problems, 1 with warnings, and else 0.")
    func exitCodes() {
        #expect(report([]).exitCode == 0)
        #expect(report([finding(.note)]).exitCode == 0)
        #expect(report([finding(.note), finding(.warning)]).exitCode == 1)
        #expect(report([finding(.warning), finding(.problem)]).exitCode == 2)
    }

    @Test("With a network, findings about other networks are left out, and those about the host stay.")
    func oneNetwork() {
        let (first, second) = (NetworkDocument.lan("a"), NetworkDocument.lan("b"))
        let found = [
            finding(.problem, "1", networks: [first]), finding(.problem, "2", networks: [second]),
            finding(.warning, "3", networks: [first, second]), finding(.note, "4"),
        ]
        #expect(report(found, network: first).findings.map(\.what) == ["1", "3", "4"])
    }

    @Test("What was not checked is in the report with the check's name.")
    func omissions() {
        let checks = [FixedCheck(name: "a", result: .notChecked("no Docker")), FixedCheck(name: "b", result: .nothing)]
        let report = DoctorReport(facts, checks: checks)
        #expect(report.notChecked == [DoctorReport.Omission(check: "a", reason: "no Docker")] && report.checks == 2)
    }

    @Test("With a network, what was not checked for other networks is left out, and what concerns the host stays.")
    func omissionsOfOneNetwork() {
        let (first, second) = (NetworkDocument.lan("a"), NetworkDocument.lan("b"))
        let omitted = [
            NotChecked("1", networks: [first]), NotChecked("2", networks: [second]), NotChecked("3"),
        ]
        let checks = [FixedCheck(name: "a", result: CheckResult(notChecked: omitted))]
        #expect(DoctorReport(facts, checks: checks, networks: [first]).notChecked.map(\.reason) == ["1", "3"])
        #expect(DoctorReport(facts, checks: checks).notChecked.count == 3)
    }

    @Test("The note about the engine's version is only in the whole report.")
    func engineNote() throws {
        let facts = DoctorFacts(status: StatusDocument(), docker: try docker(version: "26.1.5"))
        #expect(DoctorReport(facts, checks: [EngineVersion()]).findings.count == 1)
        #expect(DoctorReport(facts, checks: [EngineVersion()], networks: [.lan()]).findings.isEmpty)
        let old = DoctorFacts(status: StatusDocument(), docker: try docker(version: "19.03.1"))
        #expect(DoctorReport(old, checks: [EngineVersion()], networks: [.lan()]).findings.count == 1)
    }

    @Test("A blocked network and a record that cannot be read are problems with the daemon's own sentence.")
    func networkStates() {
        var network = NetworkDocument.lan()
        network.state = NetworkStateDocument(.blocked, reason: "the link is taken")
        let status = StatusDocument(networks: [network, .lan("b")], unreadable: ["record x cannot be read"])
        let result = NetworkStates().examine(DoctorFacts(status: status))
        #expect(result.findings.map(\.what) == ["the link is taken", "record x cannot be read"])
        #expect(result.severities == [.problem, .problem])
    }

    @Test("All checks have different names.")
    func names() {
        let names = CheckList.all.map(\.name)
        #expect(Set(names).count == names.count && !names.isEmpty)
    }
}

struct HostFilesTests {
    private let host: HostOfFiles

    init() throws { host = try HostOfFiles() }

    @Test("Files, folders and links are read below the root.")
    func reading() throws {
        try host.write("/etc/a", "  one\ntwo \n\n")
        try host.write("/etc/.hidden")
        #expect(symlink("../target", host.files.path("/etc/b")) == 0)
        #expect(host.files.text("/etc/a") == "one\ntwo")
        #expect(host.files.names(in: "/etc") == ["a", "b"])
        #expect(host.files.link("/etc/b") == "../target" && host.files.link("/etc/a") == nil)
        #expect(host.files.exists("/etc/a") && !host.files.exists("/etc/c"))
    }

    @Test("What is missing, no file, or too large is refused without waiting.")
    func refusals() throws {
        #expect(host.files.text("/missing") == nil && host.files.names(in: "/missing") == nil)
        #expect(throws: SystemError(call: "open", code: ENOENT)) { try host.files.read("/missing") }
        try host.write("/etc/a")
        #expect(throws: SystemError(call: "open", code: EINVAL)) { try host.files.read("/etc") }
        #expect(mkfifo(host.files.path("/etc/pipe"), 0o600) == 0)
        #expect(throws: SystemError(call: "open", code: EINVAL)) { try host.files.read("/etc/pipe") }
        #expect(truncate(host.files.path("/etc/a"), HostFiles.sizeLimit + 1) == 0)
        #expect(throws: SystemError(call: "read", code: EFBIG)) { try host.files.read("/etc/a") }
    }

    @Test("Bytes that are not UTF-8 are read as replacement characters.")
    func otherBytes() throws {
        try host.write("/a")
        try writeFile(host.files.path("/a"), [0x61, 0xFF])
        #expect(host.files.text("/a") == "a\u{FFFD}")
    }
}
