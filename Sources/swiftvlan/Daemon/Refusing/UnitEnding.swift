/// How a service ended, as `systemctl show` prints it.
struct UnitEnding: CustomStringConvertible {
    /// The exit statuses of systemd (systemd.exec(5)) that point to the host rather than the program.
    private static let names = [
        "200": "CHDIR", "203": "EXEC", "217": "USER", "218": "CAPABILITIES", "219": "CGROUP", "226": "NAMESPACE",
        "228": "SECCOMP", "233": "RUNTIME_DIRECTORY", "238": "STATE_DIRECTORY",
    ]

    /// `exit-code, status 226/NAMESPACE`, or `signal 9`.
    let description: String

    /// Parses the properties, such as `Result=exit-code`; returns nil if they show no failure, for example for a masked
    /// unit.
    init?(_ properties: [String]) {
        let pairs = properties.map { $0.split(separator: "=", maxSplits: 1).map(String.init) }.filter { $0.count == 2 }
        let values = Dictionary(pairs.map { ($0[0], $0[1]) }) { $1 }
        guard let result = values["Result"], result != "success" else { return nil }
        let status = values["ExecMainStatus"] ?? ""
        description =
            switch values["ExecMainCode"] {
            // CLD_EXITED, CLD_KILLED and CLD_DUMPED (sigaction(2)); zero if nothing has run.
            case "1": "\(result), status \(status)\(Self.names[status].map { "/\($0)" } ?? "")"
            case "2", "3": "signal \(status)"
            default: result
            }
    }
}
