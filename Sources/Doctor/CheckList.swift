/// All checks, in the order of the report.
package enum CheckList {
    // One check per line; docs/doctor.md describes each under its name.
    package static let all: [any Check] = []
}
