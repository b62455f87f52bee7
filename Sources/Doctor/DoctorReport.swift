package import ControlAPI

/// The result of all checks; also the output of `swiftvlan doctor --json`.
package struct DoctorReport: Codable, Hashable, Sendable {
    /// What a check could not find out.
    package struct Omission: Codable, Hashable, Sendable {
        package var check: String
        /// One sentence.
        package var reason: String
    }

    /// Problems first, then warnings, then notes; each in the order of the checks.
    package var findings: [Finding]
    package var notChecked: [Omission]
    /// The number of checks that were made.
    package var checks: Int

    /// Makes all checks. With networks, the report contains only what concerns one of them or the whole host. Blocks.
    package init(
        _ facts: DoctorFacts, checks: [any Check] = CheckList.all, networks: [NetworkDocument]? = nil
    ) {
        let wanted = networks.map { Set($0.map(\.id)) }
        func isWanted(_ concerned: [String]) -> Bool {
            guard let wanted, !concerned.isEmpty else { return true }
            return !wanted.isDisjoint(with: concerned)
        }
        self.checks = checks.count
        var found: [Finding] = []
        notChecked = []
        for check in checks {
            let result = check.examine(facts)
            found += result.findings
            notChecked += result.notChecked.filter { isWanted($0.networks) }
                .map { Omission(check: check.name, reason: $0.reason) }
        }
        found.removeAll { !isWanted($0.networks) }
        // What an engine lacks is nothing that a network has.
        if wanted != nil { found.removeAll { $0.check == EngineVersion().name && $0.severity == .note } }
        // Swift's sort keeps no order among equals by contract, so the position decides.
        findings = found.enumerated().sorted { first, second in
            first.element.severity == second.element.severity
                ? first.offset < second.offset : first.element.severity > second.element.severity
        }.map(\.element)
    }

    /// The number of findings of a severity.
    package func count(_ severity: Finding.Severity) -> Int { findings.count { $0.severity == severity } }

    /// 0 without warnings and problems, 1 with warnings, 2 with problems.
    package var exitCode: Int32 {
        if count(.problem) > 0 { 2 } else if count(.warning) > 0 { 1 } else { 0 }
    }
}
