/// A check of the host, the networks or Docker.
///
/// A check only reads. It returns nothing if all is well, or if it cannot find out.
package protocol Check: Sendable {
    /// The name in reports, such as `parent-down`.
    var name: String { get }

    func findings(in facts: DoctorFacts) -> [Finding]
}

/// All checks, in the order of the report.
package enum CheckList {
    package static let all: [any Check] = []
}
