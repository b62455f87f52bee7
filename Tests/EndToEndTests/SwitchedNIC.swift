import Testing

/// A second LAN: the host's NIC `eth9` is plugged into the bridge `switch9` of the router, which has 192.168.90.1 and
/// fd00:90::1 and stays up when its ports go down.
struct SwitchedNIC: Sendable {
    static let network = """
        --subnet 192.168.90.0/24 --gateway 192.168.90.1 --ipv6 --subnet fd00:90::/64 --gateway fd00:90::1
        """

    /// How the host is connected.
    enum Uplink: Sendable {
        /// By the veth `eth9`, whose far end is the port `lan9`.
        case single
        /// By the bond `bond9` of `eth91` and `eth92`, whose far ends are the ports `lan91` and `lan92`.
        case bond(options: String)
    }

    /// Runs `body` with the second LAN, and removes it with all containers and networks.
    static func run(_ uplink: Uplink, _ body: @escaping @Sendable (Scenario) async throws -> Void) async throws {
        try await Scenario.run { scenario in
            try await withCleanUp {
                try await scenario.machine.run(laying + plugging(uplink))
                try await body(scenario)
            } cleanUp: {
                try await scenario.removeAll()
                try await scenario.machine.run(
                    """
                    for link in bond9 eth9 eth91 eth92; do ip link del $link 2>/dev/null; done
                    for link in keep switch9; do ip -n router link del $link 2>/dev/null; done; true
                    """)
            }
        }
    }

    /// A bridge without an active port has no carrier, and the kernel then empties its neighbor table. The link `keep` is
    /// always active.
    private static let laying = """
        set -e
        ip -n router link add switch9 type bridge
        ip -n router link add keep type veth peer name kept
        ip -n router link set keep master switch9
        for link in keep kept switch9; do ip -n router link set $link up; done
        ip -n router addr add 192.168.90.1/24 dev switch9
        ip -n router addr add fd00:90::1/64 dev switch9 nodad
        plug() {
            ip link add $1 type veth peer name $2 netns router
            ip -n router link set $2 master switch9; ip -n router link set $2 up
        }

        """

    private static func plugging(_ uplink: Uplink) -> String {
        switch uplink {
        case .single: "plug eth9 lan9; ip link set eth9 up"
        case .bond(let options):
            """
            modprobe bonding max_bonds=0 2>/dev/null || true
            ip link add bond9 type bond mode active-backup miimon 100 \(options)
            plug eth91 lan91; plug eth92 lan92
            for link in eth91 eth92; do ip link set $link master bond9; done
            ip link set bond9 up
            for n in $(seq 600); do ip -o link show bond9 | grep -q LOWER_UP && break; sleep 0.1; done
            """
        }
    }
}

extension Scenario {
    /// A MAC address that no link has.
    static let outdatedMAC = "02:00:00:00:00:99"

    /// Gives the neighbor of the second LAN outdated entries for these addresses.
    func outdateNeighbor(_ addresses: [String]) async throws {
        for address in addresses {
            try await machine.run(
                "ip -n router neigh replace \(address) lladdr \(Self.outdatedMAC) dev switch9 nud stale")
        }
    }

    /// Returns a shell condition: the neighbor's entries for all addresses have a MAC address, or what a shell expression
    /// yields as one.
    static func neighborHas(_ mac: String, for addresses: [String], on link: String = "switch9") -> String {
        addresses.map { "ip -n router neigh show \($0) dev \(link) | grep -q \"lladdr \(mac)\"" }
            .joined(separator: " && ")
    }

    /// Waits until the announcements that follow a container's start are over. Only they can correct an outdated entry, and
    /// the neighbor's table does not show the last ones.
    func waitForLastAnnouncement() async throws { try await Task.sleep(for: .seconds(4)) }
}
