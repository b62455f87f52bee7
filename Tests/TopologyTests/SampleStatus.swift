import ControlAPI

/// A small host: a NIC with a VLAN, a bond, a network that waits, and an isolated one.
enum SampleStatus {
    static let document = StatusDocument(
        summary: "5 networks, 1 waiting for eth7",
        networks: [
            network(
                "a", name: "lan", parent: "eth0", lowest: "eth0", subnets: ["192.168.1.0/24"],
                containers: [("web", ["192.168.1.10/24"]), ("db", ["192.168.1.11/24", "fd00::11/64"])],
                access: HostAccessDocument(addresses: ["192.168.1.2"], shim: "sh-eth0")),
            network(
                "b", name: "cameras", kind: "ipvlan", mode: "l3", parent: "eth0.50", lowest: "eth0", vlans: [50],
                subnets: ["10.50.0.0/24"], containers: [("nvr", ["10.50.0.4/24"])]),
            network(
                "c", name: "backup", parent: "bond0", lowest: "bond0", subnets: ["10.9.0.0/24"],
                state: .init(.blocked, reason: "another program's link has the name bond0")),
            network(
                "d", name: "lab", parent: "eth7", lowest: "eth7", subnets: ["10.8.0.0/24"],
                state: .init(.waiting, link: "eth7")),
            network("e", name: "inner", parent: "di-1", subnets: ["10.7.0.0/24"]),
        ],
        links: [
            LinkDocument(name: "bond0", role: .host, kind: "bond", hasCarrier: false),
            LinkDocument(name: "di-1", role: .isolated, kind: "dummy"),
            LinkDocument(name: "eth0", role: .host, mtu: 1500),
            LinkDocument(name: "eth0.50", role: .vlan, kind: "vlan", lower: "eth0", vlan: 50),
            LinkDocument(name: "eth2", role: .host, master: "bond0"),
            LinkDocument(name: "eth7", role: .host, exists: false, isUp: false, hasCarrier: false),
            LinkDocument(name: "sh-eth0", role: .shim, kind: "macvlan", lower: "eth0", addresses: ["192.168.1.2"]),
        ])

    static func network(
        _ id: String, name: String? = nil, kind: String = "macvlan", mode: String = "bridge", parent: String,
        lowest: String? = nil, vlans: [Int] = [], subnets: [String] = [], containers: [(String, [String])] = [],
        state: NetworkStateDocument = .init(.ok), access: HostAccessDocument? = nil
    ) -> NetworkDocument {
        NetworkDocument(
            id: String(repeating: id, count: 64 / id.count), name: name, kind: kind, mode: mode, parent: parent,
            lowestLink: lowest, vlans: vlans, subnets: subnets.map { SubnetDocument(subnet: $0) }, state: state,
            hostAccess: access,
            endpoints: containers.map { EndpointDocument(id: "e-\($0.0)", container: $0.0, addresses: $0.1) })
    }

    /// A name that means something in SVG, HTML, Mermaid and on terminals.
    static let hostile = "<script>\"&';]#`|\u{1B}[31m\u{202E}"

    /// One network on a link, with a container, all of the hostile name.
    static let hostileDocument = StatusDocument(
        summary: hostile,
        networks: [
            network(
                "a", name: hostile, parent: hostile, lowest: hostile, containers: [(hostile, [hostile])],
                state: .init(.blocked, reason: hostile))
        ],
        links: [LinkDocument(name: hostile, role: .host, kind: hostile)])
}
