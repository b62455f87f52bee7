import ControlAPI

/// Reports packets that a parent dropped although its NIC received them, as it does when the queue for broadcasts is full.
///
/// macvlan counts a broadcast for which the queue has no place at the parent, as `rx_dropped`
/// (`macvlan_broadcast_enqueue` in drivers/net/macvlan.c); ipvlan does the same (`ipvlan_multicast_enqueue`). Packets of
/// protocols that nothing receives, such as those of spanning tree, count there too (`__netif_receive_skb_core`).
struct BroadcastQueue: Check {
    let name = "broadcast-queue"

    /// The share of received multicasts and broadcasts that may be dropped, in percent.
    private static let limit: UInt64 = 10
    /// Fewer dropped packets say nothing.
    private static let least: UInt64 = 1000

    func examine(_ facts: DoctorFacts) -> CheckResult {
        var result = CheckResult()
        for use in facts.parents {
            guard let link = facts.links.link(named: use.name), !link.name.contains("/") else { continue }
            guard let dropped = counter("rx_dropped", of: link, facts), let all = counter("rx_packets", of: link, facts)
            else {
                result.notChecked.append(
                    NotChecked("/sys has no counters of link \"\(use.name)\"", networks: use.networks))
                continue
            }
            let multicasts = counter("multicast", of: link, facts) ?? 0
            // Not every driver counts multicasts; then the share of all packets must do.
            let compared = multicasts > 0 ? multicasts : all
            guard dropped >= Self.least, dropped / Self.limit >= compared / 100 else { continue }
            result.findings.append(finding(use, link, dropped: dropped))
        }
        return result
    }

    private func finding(_ use: LinkUse, _ link: HostLink, dropped: UInt64) -> Finding {
        let macvlan = use.networks.filter(\.isMacvlan)
        return Finding(
            .note, name, subject: use.name, networks: use.networks,
            what: "link \"\(link.name)\" has dropped \(dropped) received packets since it was created",
            why:
                "if the number grows during bursts of broadcasts, the queue for containers' broadcasts is too short, and "
                + "containers miss ARP, mDNS or DHCP packets; packets of unknown protocols count too",
            remedy: macvlan.isEmpty
                ? "watch it with: ip -s link show \(link.name); the queue of ipvlan has a fixed length"
                : "watch it with: ip -s link show \(link.name); a longer queue: create the network with "
                    + "-o bcqueuelen=5000")
    }

    private func counter(_ name: String, of link: HostLink, _ facts: DoctorFacts) -> UInt64? {
        facts.files.text("/sys/class/net/\(link.name)/statistics/\(name)").flatMap { UInt64($0) }
    }
}
