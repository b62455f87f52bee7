import ControlAPI

/// Reports that iptables rules see packets to containers whose parent is a bridge.
///
/// br_netfilter passes bridged packets to the chains of iptables. Those for a container on the bridge go up to its link
/// and pass PREROUTING (`br_nf_pre_routing` in net/bridge/br_netfilter_hooks.c), but neither FORWARD, which is only for
/// packets from port to port, nor INPUT, because their destination is no address of the host.
struct BridgeFirewall: Check {
    let name = "bridge-nf"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        CheckResult(
            facts.lowestLinks.compactMap { use in
                guard let link = facts.links.link(named: use.name), link.kind == "bridge" else { return nil }
                let names = [("iptables", false), ("ip6tables", true)].filter { name, isSixth in
                    use.networks.contains { $0.subnets.contains { $0.subnet.contains(":") == isSixth } }
                        && isOn("bridge-nf-call-\(name)", "nf_call_\(name)", bridge: link.name, facts.files)
                }.map(\.0)
                guard !names.isEmpty else { return nil }
                return Finding(
                    .note, name, subject: use.name, networks: use.networks,
                    what: "bridge \"\(use.name)\" passes its packets to \(names.joined(separator: " and "))",
                    why:
                        "packets to containers of \(use.networkList) pass PREROUTING of the host's raw, mangle and nat "
                        + "tables, but not FORWARD or INPUT",
                    remedy: "nothing, unless rules there drop or change them: iptables-save | grep PREROUTING")
            })
    }

    /// The setting is on if it is on for all bridges or for this one (`brnf_call_iptables`).
    private func isOn(_ setting: String, _ attribute: String, bridge: String, _ files: HostFiles) -> Bool {
        files.text("/proc/sys/net/bridge/\(setting)") == "1"
            || !bridge.contains("/") && files.text("/sys/class/net/\(bridge)/bridge/\(attribute)") == "1"
    }
}
