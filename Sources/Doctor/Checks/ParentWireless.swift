import ControlAPI

/// Examines whether a macvlan network is on a wireless NIC.
struct ParentWireless: Check {
    let name = "parent-wireless"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        CheckResult(
            facts.lowestLinks.compactMap { use in
                guard let link = facts.links.link(named: use.name), isWireless(link, facts.files) else { return nil }
                let macvlan = use.networks.filter { $0.isMacvlan && $0.mode != "passthru" }
                guard !macvlan.isEmpty else { return nil }
                return Finding(
                    .problem, name, subject: use.name, networks: macvlan,
                    what: "link \"\(use.name)\" is wireless, and \(LinkUse.list(macvlan)) would need more than one MAC "
                        + "address on it",
                    why:
                        "an access point accepts only the MAC address that has joined it, unless both use 4-address frames",
                    remedy: "create the network again with -o mode=l2, or use a wired NIC")
            })
    }

    private func isWireless(_ link: HostLink, _ files: HostFiles) -> Bool {
        guard !link.name.contains("/") else { return false }
        // cfg80211 links each of its interfaces to its radio; older drivers have only the second folder.
        return files.link("/sys/class/net/\(link.name)/phy80211") != nil
            || files.exists("/sys/class/net/\(link.name)/wireless")
    }
}
