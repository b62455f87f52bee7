import Doctor

/// The report of `swiftvlan doctor` as text.
struct DoctorText {
    private let report: DoctorReport
    private let usesColor: Bool

    init(_ report: DoctorReport, usesColor: Bool) {
        self.report = report
        self.usesColor = usesColor
    }

    var lines: [String] {
        var lines = report.findings.flatMap(lines)
        if !report.notChecked.isEmpty {
            lines.append(styled("Not checked:", .bold))
            lines += report.notChecked.map { "  \($0.check): \(Terminal.escaped($0.reason))" }
            lines.append("")
        }
        lines.append(counts)
        return lines
    }

    private func lines(of finding: Finding) -> [String] {
        let title = styled("\(finding.severity.rawValue)", style(of: finding.severity))
        return [
            "\(title)  \(styled(Terminal.escaped(finding.what), .bold))  \(styled("[\(finding.check)]", .dim))",
            "  why: \(Terminal.escaped(finding.why))",
            "  fix: \(Terminal.escaped(finding.remedy))",
            "",
        ]
    }

    /// Such as `1 problem, 2 warnings, no notes from 30 checks`.
    private var counts: String {
        let parts = Finding.Severity.allCases.reversed().map { severity in
            Self.number(report.count(severity), severity.rawValue)
        }
        let omitted = report.notChecked.isEmpty ? "" : "; \(report.notChecked.count) not checked"
        return "\(parts.joined(separator: ", ")) from \(Self.number(report.checks, "check"))\(omitted)"
    }

    private static func number(_ count: Int, _ noun: String) -> String {
        count == 0 ? "no \(noun)s" : "\(count) \(noun)\(count == 1 ? "" : "s")"
    }

    private func style(of severity: Finding.Severity) -> Terminal.Style {
        switch severity {
        case .problem: .red
        case .warning: .yellow
        case .note: .dim
        }
    }

    private func styled(_ text: String, _ style: Terminal.Style) -> String {
        Terminal.styled(text, style, usesColor: usesColor)
    }
}
