import Glibc
import SystemCalls

extension HostFiles {
    /// Returns the lines of a file, without their ends; none if it cannot be read.
    func lines(_ path: String) -> [String] {
        (text(path) ?? "").split(whereSeparator: \.isNewline).map(String.init)
    }

    /// Returns the number in a file, as in most files of /sys.
    func number(_ path: String) -> UInt64? { text(path).flatMap { UInt64($0) } }

    /// Whether there is a file or a symbolic link, wherever the link leads.
    func hasEntry(_ path: String) -> Bool { link(path) != nil || exists(path) }

    /// Returns the identifiers of the processes with this name, of which the kernel keeps 15 bytes (proc_pid_comm(5)).
    func processes(named name: String) -> [String] {
        let name = String(decoding: name.utf8.prefix(15), as: UTF8.self)
        return (names(in: "/proc") ?? []).filter { entry in
            entry.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } && text("/proc/\(entry)/comm") == name
        }
    }

    /// Returns the configuration files of systemd with this ending: the names in their order, with the path of the one
    /// that counts if several folders have the name (systemd.network(5), udev(7)).
    func systemdFiles(_ folder: String, ending: String) -> [(name: String, path: String)] {
        var paths: [String: String] = [:]
        for root in ["/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib"] {
            for name in names(in: "\(root)/\(folder)") ?? [] where name.hasSuffix(ending) && paths[name] == nil {
                paths[name] = "\(root)/\(folder)/\(name)"
            }
        }
        return paths.sorted { $0.key < $1.key }.map { (name: $0.key, path: $0.value) }
    }

    /// Whether systemd or udev reads a file: it exists, and is not masked by an empty one or by /dev/null.
    func isActive(_ name: String, in folder: String) -> Bool {
        systemdFiles(folder, ending: name).contains { $0.name == name && text($0.path)?.isEmpty == false }
    }

    /// Whether udev tags swiftvlan's links for systemd-networkd and NetworkManager.
    var hasRuleForLinks: Bool { isActive("82-swiftvlan.rules", in: "udev/rules.d") }
}
