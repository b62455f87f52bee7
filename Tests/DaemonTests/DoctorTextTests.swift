import ControlAPI
import Doctor
import Testing

@testable import swiftvlan

@Suite("Text of doctor")
struct DoctorTextTests {
    private struct FixedCheck: Check {
        let name = "fixed"
        let result: CheckResult

        func examine(_ facts: DoctorFacts) -> CheckResult { result }
    }

    private func lines(_ result: CheckResult, usesColor: Bool = false) -> [String] {
        let report = DoctorReport(DoctorFacts(status: StatusDocument()), checks: [FixedCheck(result: result)])
        return DoctorText(report, usesColor: usesColor).lines
    }

    private let finding = Finding(
        .warning, "fixed", subject: "s", what: "link \"a\u{1B}b\" is odd", why: "it is", remedy: "rename it")

    @Test("A finding has three lines, with names from outside escaped")
    func parts() {
        #expect(
            lines(CheckResult([finding])) == [
                #"warning  link "a\x1bb" is odd  [fixed]"#, "  why: it is", "  fix: rename it", "",
                "no problems, 1 warning, no notes from 1 check",
            ])
    }

    @Test("What was not checked comes before the counts")
    func omissions() {
        #expect(
            lines(.notChecked("no\u{7}Docker")) == [
                "Not checked:", #"  fixed: no\x07Docker"#, "",
                "no problems, no warnings, no notes from 1 check; 1 not checked",
            ])
    }

    @Test("Colors appear only if they are wanted")
    func colors() {
        #expect(lines(CheckResult([finding]), usesColor: true).first?.hasPrefix("\u{1B}[33mwarning\u{1B}[0m") == true)
        #expect(!lines(CheckResult([finding])).contains { $0.contains("\u{1B}") })
    }
}
