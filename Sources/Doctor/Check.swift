package import ControlAPI

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
    package var notChecked: [NotChecked]

    package init(_ findings: [Finding] = [], notChecked: [NotChecked] = []) {
        self.findings = findings
        self.notChecked = notChecked
    }

    /// All is well, as far as it applies to this host.
    package static let nothing = CheckResult()

    /// The check could not find out.
    package static func notChecked(_ reason: String, networks: [NetworkDocument] = []) -> CheckResult {
        CheckResult(notChecked: [NotChecked(reason, networks: networks)])
    }
}

/// Why a check, or a part of it, could not find out.
package struct NotChecked: Hashable, Sendable {
    /// One sentence, such as `Docker cannot be asked`.
    package var reason: String
    /// The identifiers of the networks that it concerns; empty if it concerns the whole host.
    package var networks: [String]

    package init(_ reason: String, networks: [NetworkDocument] = []) {
        self.reason = reason
        self.networks = networks.map(\.id)
    }
}
