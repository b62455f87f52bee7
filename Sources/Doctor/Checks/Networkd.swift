import ControlAPI

/// Finds reasons why systemd-networkd configures swiftvlan's links.
struct Networkd: Check {
    let name = "networkd"
    private static let own = "05-swiftvlan.network"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        let files = facts.files
        guard !files.processes(named: "systemd-networkd").isEmpty else { return .nothing }
        let links = OwnLinkSample.all(in: facts.status)
        let isActive = files.isActive(Self.own, in: "systemd/network") && files.hasRuleForLinks
        let all = files.systemdFiles("systemd/network", ending: ".network").filter { $0.name != Self.own }
        // The first file that matches a link counts (systemd.network(5)).
        let earlier = isActive ? all.filter { $0.name < Self.own } : all
        let matching = earlier.compactMap { file -> (path: String, link: String)? in
            let match = NetworkFileMatch(files.text(file.path) ?? "")
            return links.first { match.matches($0) }.map { (path: file.path, link: $0.name) }
        }
        return CheckResult(matching.map { finding($0.path, $0.link, isActive: isActive) })
    }

    private func finding(_ path: String, _ link: String, isActive: Bool) -> Finding {
        let isNetplan = path.contains("-netplan-")
        let source = isNetplan ? "\(path), which netplan generates from /etc/netplan," : path
        let narrow = isNetplan ? "narrow match: in /etc/netplan, then run: netplan apply" : "narrow its section [Match]"
        return Finding(
            .warning, name, subject: path,
            what: isActive
                ? "\(source) matches links of swiftvlan such as \(link), and comes before \(Self.own)"
                : "\(source) matches links of swiftvlan such as \(link), and \(Self.own) or 82-swiftvlan.rules is missing",
            why: "systemd-networkd may request addresses on VLAN links, and change containers' links while they start",
            remedy: isActive
                ? "\(narrow), or rename the file to a later name, then run: networkctl reload"
                : "install the package, which has both files, or \(narrow), then run: networkctl reload")
    }
}

/// The section `[Match]` of a `.network` file.
struct NetworkFileMatch {
    private let file: SectionedFile

    init(_ text: String) { file = SectionedFile(text) }

    /// Whether the file configures a link that it does not name exactly: a link that a file names belongs to the host.
    ///
    /// Files with conditions that are not known here count as not matching.
    func matches(_ link: OwnLinkSample) -> Bool {
        let keys = file.keys("Match")
        guard !keys.isEmpty, keys.isSubset(of: ["Name", "Type", "Kind", "MACAddress"]) else { return false }
        guard file.words("Link", "Unmanaged")?.last.map(SectionedFile.isTrue) != true else { return false }
        guard file.words("Match", "Name")?.contains(link.name) != true else { return false }
        return matches("Name") { link.matches($0) } && matches("Type") { $0 == link.type || $0 == "*" }
            && matches("Kind") { $0 == link.kind || $0 == "*" }
            && matches("MACAddress") { $0.lowercased() == link.macAddress }
    }

    /// Compares the words of a key; an exclamation mark before the first inverts the match.
    private func matches(_ key: String, _ isMatch: (String) -> Bool) -> Bool {
        guard var words = file.words("Match", key), let first = words.first else { return true }
        guard first.hasPrefix("!") else { return words.contains(where: isMatch) }
        words[0] = String(first.dropFirst())
        return !words.contains(where: isMatch)
    }
}
