/// How a service ended, as `systemctl show` prints it.
struct UnitEnding: CustomStringConvertible {
    /// Those of systemd's own exit statuses (systemd.exec(5)) that a host, and no fault of the program, is behind.
    private static let names = [
        "200": "CHDIR", "203": "EXEC", "217": "USER", "218": "CAPABILITIES", "219": "CGROUP", "226": "NAMESPACE",
        "228": "SECCOMP", "233": "RUNTIME_DIRECTORY", "238": "STATE_DIRECTORY",
    ]

    /// `exit-code, status 226/NAMESPACE`.
    let description: String

    /// Reads the values of Result, ExecMainCode and ExecMainStatus; nil when they are not that.
    init?(_ values: [String]) {
        guard values.count == 3 else { return nil }
        // CLD_EXITED; otherwise the status is a signal's number (sigaction(2)).
        let status = values[1] == "1" ? "status" : "signal"
        let name = values[1] == "1" ? Self.names[values[2]].map { "/\($0)" } ?? "" : ""
        description = values[1] == "0" ? values[0] : "\(values[0]), \(status) \(values[2])\(name)"
    }
}
