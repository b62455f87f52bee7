package import ControlAPI

/// Something that a check found.
package struct Finding: Codable, Hashable, Sendable {
    package enum Severity: String, Codable, CaseIterable, Sendable {
        /// Something to know; everything may work.
        case note
        /// Something that does not work in some situations.
        case warning
        /// Something that does not work.
        case problem
    }

    package var severity: Severity
    /// The check that found it, such as `parent-down`.
    package var check: String
    /// The subject: a link, network or file.
    package var subject: String
    /// The identifiers of the networks that it concerns; empty if it concerns the whole host.
    package var networks: [String]
    /// What is wrong, in one sentence.
    package var what: String
    /// Why it matters, in one sentence.
    package var why: String
    /// The command or change that fixes it.
    package var remedy: String

    package init(
        _ severity: Severity, _ check: String, subject: String, networks: [NetworkDocument] = [], what: String,
        why: String, remedy: String
    ) {
        self.severity = severity
        self.check = check
        self.subject = subject
        self.networks = networks.map(\.id)
        self.what = what
        self.why = why
        self.remedy = remedy
    }
}

extension Finding.Severity: Comparable {
    package static func < (first: Self, second: Self) -> Bool { first.rank < second.rank }

    private var rank: Int {
        switch self {
        case .note: 0
        case .warning: 1
        case .problem: 2
        }
    }
}
