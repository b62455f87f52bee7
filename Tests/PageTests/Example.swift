import ControlAPI

/// A small office's host: two NICs and a bond, VLANs, macvlan and ipvlan, a network that waits, and a conflict.
enum Example {
    static let document = StatusDocument(
        daemon: DaemonDocument(version: "0.1.0", startedAt: 1_795_890_000, processID: 812, canUseLAN: true),
        revision: "1795890000-14", summary: "7 networks, 1 waiting for eth3",
        networks: [
            network(
                "5d1c9e07b3a4", kind: "macvlan", mode: "bridge", parent: "bond0.20", lowest: "bond0", vlans: [20],
                subnet: "10.20.0.0/24",
                endpoints: [
                    ("8a17c40f92de", "10.20.0.10"), ("c90be1d7742a", "10.20.0.11"), ("1f4e88b0ac35", "10.20.0.12"),
                ]),
            network(
                "b7e2603fd918", kind: "macvlan", mode: "bridge", parent: "bond0.30", lowest: "bond0", vlans: [30],
                subnet: "10.30.0.0/24", endpoints: [("e3390d5a61bf", "10.30.0.5")]),
            network(
                "28f0a5cc6e41", kind: "ipvlan", mode: "l3", parent: "bond0.40", lowest: "bond0", vlans: [40],
                subnet: "10.40.0.0/22",
                endpoints: [
                    ("0b9d2ea8f7c4", "10.40.0.2"), ("47c6f19e03bd", "10.40.0.3"), ("9e05b8d2417a", "10.40.0.4"),
                    ("d41c7038ae9f", "10.40.0.5"),
                ]),
            network(
                "91be44d80c7a", kind: "macvlan", mode: "bridge", parent: "eth0", lowest: "eth0",
                subnet: "192.168.1.0/24",
                endpoints: [("6cd7e20b915f", "192.168.1.50"), ("f02a63c8d714", "192.168.1.51")],
                access: HostAccessDocument(addresses: ["192.168.1.2"], shim: "sh-eth0")),
            network(
                "e60d17f2b859", kind: "macvlan", mode: "bridge", parent: "eth0.100.7", lowest: "eth0", vlans: [100, 7],
                subnet: "172.16.7.0/24", endpoints: [("3a8e5f10c6d2", "172.16.7.20")]),
            network(
                "c35a980e71fd", kind: "macvlan", mode: "private", parent: "eth3", lowest: "eth3", subnet: "10.9.0.0/24",
                state: NetworkStateDocument(.waiting, link: "eth3")),
            network(
                "74d0c2e9a6b8", kind: "ipvlan", mode: "l2", parent: "sd-74d0c2e9a6b8", subnet: "10.99.0.0/24",
                isInternal: true, endpoints: [("b15f9c3d7e80", "10.99.0.2")]),
        ],
        links: [
            LinkDocument(name: "bond0", role: .host, kind: "bond", mtu: 1500),
            LinkDocument(name: "bond0.20", role: .vlan, kind: "vlan", mtu: 1500, lower: "bond0", vlan: 20),
            LinkDocument(name: "bond0.30", role: .vlan, kind: "vlan", mtu: 1500, lower: "bond0", vlan: 30),
            LinkDocument(name: "bond0.40", role: .vlan, kind: "vlan", mtu: 1500, lower: "bond0", vlan: 40),
            LinkDocument(name: "sd-74d0c2e9a6b8", role: .isolated, kind: "dummy"),
            LinkDocument(name: "eth0", role: .host, mtu: 1500),
            LinkDocument(name: "eth0.100", role: .vlan, kind: "vlan", mtu: 1500, lower: "eth0", vlan: 100),
            LinkDocument(name: "eth0.100.7", role: .vlan, kind: "vlan", mtu: 1500, lower: "eth0.100", vlan: 7),
            LinkDocument(name: "eth1", role: .host, mtu: 1500, master: "bond0"),
            LinkDocument(name: "eth2", role: .host, mtu: 1500, master: "bond0"),
            LinkDocument(name: "eth3", role: .host, exists: false, isUp: false, hasCarrier: false),
            LinkDocument(name: "sh-eth0", role: .shim, kind: "macvlan", lower: "eth0", addresses: ["192.168.1.2"]),
        ])

    static let events = [
        event(1, "info", "Serving", ["socket": "/run/docker/plugins/swiftvlan.sock"]),
        event(
            2, "warning",
            "network c35a980e71fd waits for link \"eth3\", which is not on this host; its containers can start when the "
                + "link is back", ["network.id": "c35a980e71fd", "parent": "eth3"]),
        event(
            3, "info", "Network created",
            ["network.id": "28f0a5cc6e41", "parent": "bond0.40", "vlan": "40", "duration_us": "1840"]),
        event(
            4, "info", "Endpoint joined",
            ["network.id": "28f0a5cc6e41", "endpoint.id": "d41c7038ae9f", "duration_us": "910"]),
    ]

    private static func event(
        _ position: UInt64, _ level: String, _ message: String, _ fields: [String: String]
    ) -> EventDocument {
        EventDocument(
            position: position, time: 1_795_890_000 + Double(position) * 61, level: level, message: message,
            fields: fields)
    }

    private static func network(
        _ id: String, kind: String, mode: String, parent: String, lowest: String? = nil, vlans: [Int] = [],
        subnet: String, state: NetworkStateDocument = .init(.ok), isInternal: Bool = false,
        endpoints: [(String, String)] = [], access: HostAccessDocument? = nil
    ) -> NetworkDocument {
        NetworkDocument(
            id: id + String(repeating: "0", count: 52), kind: kind, mode: mode, parent: parent, lowestLink: lowest,
            vlans: vlans, isInternal: isInternal, subnets: [SubnetDocument(subnet: subnet)], state: state,
            hostAccess: access,
            endpoints: endpoints.map { endpoint in
                EndpointDocument(id: endpoint.0 + String(repeating: "0", count: 52), addresses: ["\(endpoint.1)/24"])
            })
    }
}
