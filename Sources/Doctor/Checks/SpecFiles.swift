import ControlAPI

/// Finds files that send Docker Engine to another socket, and several files for one plugin.
///
/// The engine looks for a socket in /run/docker/plugins first, then for `.spec` and `.json` files in /etc/docker/plugins and
/// /usr/lib/docker/plugins (pkg/plugins/discovery.go of moby).
struct SpecFiles: Check {
    let name = "spec-file"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        let files = facts.files
        let paths = ["/etc/docker/plugins", "/usr/lib/docker/plugins"].flatMap { folder in
            ["swiftvlan.spec", "swiftvlan/swiftvlan.spec", "swiftvlan.json", "swiftvlan/swiftvlan.json"]
                .map { "\(folder)/\($0)" }.filter { files.exists($0) }
        }
        let wanted = "unix://\(PluginSocket.path(files))"
        let wrong = paths.filter { path in
            guard let text = files.text(path) else { return false }
            return path.hasSuffix(".json") ? !text.contains(wanted) : text != wanted
        }
        var findings = wrong.map { elsewhere($0, wanted) }
        if paths.count > 1, wrong.isEmpty { findings.append(several(paths)) }
        return CheckResult(findings)
    }

    private func elsewhere(_ path: String, _ wanted: String) -> Finding {
        Finding(
            .warning, name, subject: path, what: "\(path) does not point to \(wanted), where the daemon listens",
            why: "Docker calls another socket whenever the daemon's own does not exist",
            remedy: "remove \(path), or write \(wanted) into it; then run: systemctl restart docker")
    }

    private func several(_ paths: [String]) -> Finding {
        Finding(
            .note, name, subject: paths[0],
            what: "Docker finds swiftvlan in several files: \(paths.joined(separator: ", "))",
            why: "it uses the first one, and a later change to another has no effect",
            remedy: "keep the package's file in /usr/lib/docker/plugins and remove the others")
    }
}
