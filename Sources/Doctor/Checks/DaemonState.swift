import ControlAPI

/// Reports a daemon that does not answer, and a service that does not start at boot.
struct DaemonState: Check {
    let name = "daemon"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        var findings: [Finding] = []
        if let reason = facts.daemonError { findings.append(away(reason, facts.files)) }
        let units = "/usr/lib/systemd/system"
        let names = ["swiftvlan.socket", "swiftvlan.service"].filter { facts.files.exists("\(units)/\($0)") }
        findings += names.filter { !Self.isEnabled($0, facts.files) }.map(disabled)
        return CheckResult(findings)
    }

    /// Whether systemd starts a unit at boot: a link in a folder `TARGET.wants`.
    private static func isEnabled(_ unit: String, _ files: HostFiles) -> Bool {
        let folder = "/etc/systemd/system"
        return (files.names(in: folder) ?? []).contains { target in
            (target.hasSuffix(".wants") || target.hasSuffix(".requires"))
                && files.hasEntry("\(folder)/\(target)/\(unit)")
        }
    }

    private func away(_ reason: String, _ files: HostFiles) -> Finding {
        let control = "\(files.daemonSetting("runtime-directory") ?? "/run/swiftvlan")/control.sock"
        if files.text("/proc/net/unix") != nil, PluginSocket.isServed(control, files) {
            return Finding(
                .note, name, subject: control, what: "the daemon is running, but could not be asked: \(reason)",
                why: "this report is based on the records and the kernel only",
                remedy: "run the command as root, or as a member of the group swiftvlan")
        }
        if Self.isActive(files) {
            return Finding(
                .problem, name, subject: "swiftvlan.service", what: reason,
                why: "the service is active but does not serve: Docker's calls are refused with the reason",
                remedy: "see the reason: systemctl status swiftvlan")
        }
        if files.text("/proc/net/unix") != nil, PluginSocket.isServed(PluginSocket.path(files), files) {
            return Finding(
                .warning, name, subject: "swiftvlan.service", what: reason,
                why: "Docker's next call starts it; until then, nobody repairs links and routes",
                remedy: "run: systemctl start swiftvlan; why it stopped: journalctl -u swiftvlan")
        }
        return Finding(
            .problem, name, subject: "swiftvlan.service", what: "\(reason), and nothing listens for Docker's calls",
            why: "Docker cannot create networks or start containers with swiftvlan; running ones keep their network",
            remedy: "run: systemctl start swiftvlan")
    }

    /// Whether systemd runs the service, for which it has this link.
    static func isActive(_ files: HostFiles) -> Bool {
        files.hasEntry("/run/systemd/units/invocation:swiftvlan.service")
    }

    private func disabled(_ unit: String) -> Finding {
        Finding(
            .warning, name, subject: unit, what: "systemd does not start \(unit) at boot",
            why: "after a reboot, containers with a restart policy wait for the driver and fail",
            remedy: "run: systemctl enable \(unit)")
    }
}
