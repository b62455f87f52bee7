import ControlAPI
import Glibc

/// Examines the socket that Docker Engine calls: it must exist, be served, and be only for root.
struct PluginSocket: Check {
    let name = "plugin-socket"
    static let usualPath = "/run/docker/plugins/swiftvlan.sock"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        let path = Self.path(facts.files)
        // The folder is only for root.
        guard geteuid() == 0 || !facts.files.root.isEmpty else {
            return .notChecked("only root may see \(path): run the command as root")
        }
        // The check `daemon` reports a daemon and a socket that are both stopped.
        let isReported = facts.daemonError != nil && !DaemonState.isActive(facts.files)
        // Under a managed plugin, the engine makes the socket in a folder of its own.
        guard let status = try? facts.files.status(path) else {
            if isReported { return .nothing }
            return ManagedPlugin.sockets(facts.files).isEmpty ? CheckResult([missing(path)]) : .nothing
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else { return CheckResult([noSocket(path)]) }
        var findings: [Finding] = []
        if !isReported, !Self.isServed(path, facts.files) { findings.append(stale(path)) }
        if status.st_mode & 0o077 != 0 || status.st_uid != 0 { findings.append(open(path, status)) }
        return CheckResult(findings)
    }

    /// The path of the socket in the host's settings, or else the usual one.
    static func path(_ files: HostFiles) -> String { files.daemonSetting("socket") ?? usualPath }

    /// Whether a process listens on the socket, by the kernel's list: a connection would start the service.
    ///
    /// Fields of a line: address, references, protocol, flags, type, state, inode, path; the flag is `__SO_ACCEPTCON`
    /// (net/unix/af_unix.c). True if there is no list.
    static func isServed(_ path: String, _ files: HostFiles) -> Bool {
        let lines = files.lines("/proc/net/unix")
        guard !lines.isEmpty else { return true }
        return lines.contains { line in
            let fields = line.split(separator: " ")
            guard fields.count >= 8, let flags = UInt32(fields[3], radix: 16) else { return false }
            return flags & 0x10000 != 0 && fields[7...].joined(separator: " ") == path
        }
    }

    private func missing(_ path: String) -> Finding {
        Finding(
            .problem, name, subject: path, what: "there is no socket at \(path)",
            why: "Docker cannot find the driver: plugin \"swiftvlan\" not found",
            remedy: "run: systemctl enable --now swiftvlan.socket swiftvlan.service")
    }

    private func noSocket(_ path: String) -> Finding {
        Finding(
            .problem, name, subject: path, what: "\(path) is not a socket",
            why: "the daemon cannot create its socket there, and Docker cannot call it",
            remedy: "remove it and run: systemctl restart swiftvlan.socket")
    }

    private func stale(_ path: String) -> Finding {
        Finding(
            .problem, name, subject: path, what: "no process listens on \(path); an earlier one left it behind",
            why: "Docker waits about 15 seconds for each call and then fails it",
            remedy: "run: systemctl restart swiftvlan.socket")
    }

    private func open(_ path: String, _ status: stat) -> Finding {
        let mode = String(status.st_mode & 0o777, radix: 8)
        return Finding(
            .problem, name, subject: path,
            what: "\(path) has mode \(mode) and belongs to user \(status.st_uid), but must be for root only",
            why: "whoever can open it can create and remove networks as Docker does",
            remedy: "run: chown root:root \(path) && chmod 600 \(path); then see SocketMode= in: systemctl cat "
                + "swiftvlan.socket")
    }
}
