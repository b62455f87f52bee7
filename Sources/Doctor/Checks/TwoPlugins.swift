import ControlAPI

/// Finds swiftvlan as a program and as a managed plugin on the same host.
struct TwoPlugins: Check {
    let name = "two-plugins"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        let managed = ManagedPlugin.sockets(facts.files)
        guard let first = managed.first else { return .nothing }
        let program = [PluginSocket.usualPath, "/usr/lib/docker/plugins/swiftvlan.spec"].first {
            facts.files.exists($0)
        }
        guard let program else { return .nothing }
        return CheckResult([
            Finding(
                .problem, name, subject: program,
                what: "swiftvlan runs as a managed plugin (\(first)), and is installed as a program too (\(program))",
                why: "each removes the other's links, because it has no records of them",
                remedy:
                    "keep one: docker plugin disable swiftvlan && docker plugin rm swiftvlan, or apt remove swiftvlan")
        ])
    }
}

/// The managed plugins of Docker Engine.
enum ManagedPlugin {
    /// Returns the sockets of swiftvlan as an enabled managed plugin: the engine names their folders after the plugins'
    /// identifiers, 64 hexadecimal digits.
    static func sockets(_ files: HostFiles) -> [String] {
        let folder = "/run/docker/plugins"
        return (files.names(in: folder) ?? []).filter { $0.utf8.count == 64 }
            .map { "\(folder)/\($0)/swiftvlan.sock" }.filter { files.exists($0) }
    }
}
