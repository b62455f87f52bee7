import ControlAPI

/// Finds out whether dhcpcd configures swiftvlan's links.
struct DHCPCD: Check {
    let name = "dhcpcd"
    private static let path = "/etc/dhcpcd.conf"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        let files = facts.files
        // A process for one link, such as those of ifupdown, leaves all others alone.
        let isForAll = files.processes(named: "dhcpcd").contains { id in
            let words = (files.text("/proc/\(id)/cmdline") ?? "").split { $0 == "\0" || $0 == " " }.map(String.init)
            return Self.isForAllLinks(words, facts.links)
        }
        guard isForAll else { return .nothing }
        let links = OwnLinkSample.all(in: facts.status)
        let lines = files.lines(Self.path).map { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
        let (denied, allowed) = (Self.patterns("denyinterfaces", lines), Self.patterns("allowinterfaces", lines))
        let open = links.filter { link in
            if denied.contains(where: { link.matches($0) }) { return false }
            return allowed.isEmpty || allowed.contains { link.matches($0) }
        }
        return open.isEmpty ? .nothing : CheckResult([finding(open, links)])
    }

    /// Whether the words of a command line, or of the title that dhcpcd gives itself, name no link.
    private static func isForAllLinks(_ words: [String], _ links: HostLinks) -> Bool {
        let names = words.dropFirst().filter { !$0.hasPrefix("-") && !$0.hasPrefix("[") }
        return !names.contains { links.link(named: $0) != nil }
    }

    private static func patterns(_ key: String, _ lines: [[String]]) -> [String] {
        lines.filter { $0.first == key }
            .flatMap { line in line.dropFirst().flatMap { $0.split(separator: ",").map(String.init) } }
    }

    private func finding(_ open: [OwnLinkSample], _ links: [OwnLinkSample]) -> Finding {
        let vlans = links.filter { $0.kind == "vlan" }.map { $0.name + " " }.joined()
        return Finding(
            .warning, name, subject: Self.path,
            what: "dhcpcd configures links of swiftvlan such as \(open.first?.name ?? "sv…")",
            why: "it may request addresses on VLAN links, and change containers' links while they start",
            remedy: "add to \(Self.path): denyinterfaces \(vlans)sv* sd-* sh-*; then run: systemctl restart dhcpcd")
    }
}
