/// A check of the host, the networks or Docker.
///
/// A check only reads, and never traps on what it reads: files, Docker's answers and names come from outside.
package protocol Check: Sendable {
    /// The name in reports and in docs/doctor.md, such as `parent-down`.
    var name: String { get }

    /// Examines the facts. Blocks if the check reads files or asks the LAN.
    func examine(_ facts: DoctorFacts) -> CheckResult
}

/// What a check found, and what it could not find out.
package struct CheckResult: Hashable, Sendable {
    package var findings: [Finding]
    /// Why the check, or a part of it, could not find out; one sentence each, such as `Docker cannot be asked`.
    package var notChecked: [String]

    package init(_ findings: [Finding] = [], notChecked: [String] = []) {
        self.findings = findings
        self.notChecked = notChecked
    }

    /// All is well, as far as it applies to this host.
    package static let nothing = CheckResult()

    /// The check could not find out.
    package static func notChecked(_ reason: String) -> CheckResult { CheckResult(notChecked: [reason]) }
}
