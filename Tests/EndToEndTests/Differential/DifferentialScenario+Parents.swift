extension DifferentialScenario {
    private static let vlan4 = "--subnet 10.$n.50.0/24 --gateway 10.$n.50.1"
    private static let vlan6 = "--ipv6 --subnet fd00:$n:50::/64 --gateway fd00:$n:50::1"
    private static let farVLAN = "far_vlan 50 10.$n.50.1/24 fd00:$n:50::1/64"

    private static func onBridgePort(_ kind: String, _ driver: Driver, _ options: String) -> DifferentialScenario {
        DifferentialScenario(
            name: "\(kind) on a bridge port", driver: driver,
            prepare: "ip link add ${parent}br type bridge; ip link set $parent master ${parent}br",
            commands: "network lan $v4 -o parent=$parent \(options) && attach a lan && inspect a",
            dismantle: "ip link del ${parent}br",
            differences: [
                IntendedDifference(
                    reason: "a network on a bridge port is refused at creation, with the bridge's name",
                    lines: ["- network lan: accepted", "- connect a to lan: refused", "+ network lan: refused"])
            ])
    }

    /// Kinds of parents.
    static let parents = [
        DifferentialScenario(
            name: "macvlan on a missing VLAN link", driver: .macvlan, needs: [.vlan], prepare: farVLAN,
            commands: pair("\(vlan4) \(vlan6) -o parent=$parent.50")),
        DifferentialScenario(
            name: "ipvlan l2 on a missing VLAN link", driver: .ipvlan, needs: [.vlan], prepare: farVLAN,
            commands: pair("\(vlan4) \(vlan6) -o parent=$parent.50 -o ipvlan_mode=l2")),
        DifferentialScenario(
            name: "macvlan on an existing VLAN link", driver: .macvlan, needs: [.vlan],
            prepare: "\(farVLAN); ip link add $parent.50 link $parent type vlan id 50; ip link set $parent.50 up",
            commands: pair("\(vlan4) \(vlan6) -o parent=$parent.50")),
        DifferentialScenario(
            name: "ipvlan l3 on an existing VLAN link", driver: .ipvlan, needs: [.vlan],
            prepare: """
                \(farVLAN); ip link add $parent.50 link $parent type vlan id 50; ip link set $parent.50 up
                ip address add 10.$n.50.9/24 dev $parent.50; far route add 10.$n.31.0/24 via 10.$n.50.9
                """,
            commands: pair("--subnet 10.$n.31.0/24 -o parent=$parent.50 -o ipvlan_mode=l3"),
            differences: [
                IntendedDifference(
                    reason: IntendedDifference.hostRoutes,
                    lines: ["+ host route 10.$n.31.0/24 dev w$n.50 proto 118 scope link"])
            ] + IntendedDifference.pairAtLayer3),
        DifferentialScenario(
            name: "two macvlan networks on a missing VLAN link", driver: .macvlan, needs: [.vlan],
            engines: 27..<Int.max, prepare: farVLAN,
            commands: """
                network lan \(vlan4) -o parent=$parent.50 &&
                    network other --subnet 10.$n.51.0/24 --gateway 10.$n.51.1 -o parent=$parent.50 &&
                    attach a lan && attach b other && inspect a b
                """),
        DifferentialScenario(
            name: "two macvlan networks on a VLAN link after the first is removed", driver: .macvlan,
            needs: [.vlan], engines: 27..<Int.max, prepare: farVLAN,
            commands: """
                network other --subnet 10.$n.51.0/24 -o parent=$parent.50 &&
                    network lan \(vlan4) -o parent=$parent.50 && attempt "remove other" docker network rm other$n &&
                    attach a lan && inspect a
                """),
        DifferentialScenario(
            name: "two macvlan networks on one link", driver: .macvlan,
            commands: "network lan $v4 -o parent=$parent && network other --subnet 10.$n.1.0/24 -o parent=$parent",
            differences: [
                IntendedDifference(
                    reason: "networks can share a parent on every engine version", engines: 0..<27,
                    lines: ["- network other: refused", "+ network other: accepted"])
            ]),
        DifferentialScenario(
            name: "macvlan on a link with a dot in its name", driver: .macvlan,
            prepare: "ip link set $parent down; ip link set $parent name $parent.up; ip link set $parent.up up",
            commands: pair("$v4 -o parent=$parent.up")),
        DifferentialScenario(
            name: "macvlan on a link that is down", driver: .macvlan, prepare: "ip link set $parent down",
            commands: "network lan $v4 -o parent=$parent && attach a lan && inspect a"),
        DifferentialScenario(
            name: "ipvlan l2 on a link that is down", driver: .ipvlan, prepare: "ip link set $parent down",
            commands: "network lan $v4 -o parent=$parent -o ipvlan_mode=l2 && attach a lan && inspect a"),
        DifferentialScenario(
            name: "macvlan on a link with a small MTU", driver: .macvlan, prepare: "ip link set $parent mtu 1400",
            commands: pair("$v4 $v6 -o parent=$parent")),
        DifferentialScenario(
            name: "ipvlan l2 on a link with a large MTU", driver: .ipvlan,
            prepare: "ip link set $parent mtu 9000; far link set lan mtu 9000",
            commands: pair("$v4 $v6 -o parent=$parent -o ipvlan_mode=l2")),
        DifferentialScenario(
            name: "macvlan on a bridge", driver: .macvlan,
            prepare: """
                ip address flush dev $parent; ip link add ${parent}br type bridge; ip link set $parent master ${parent}br
                ip link set ${parent}br up; ip address add 10.$n.0.9/24 dev ${parent}br
                """,
            commands: pair("$v4 -o parent=${parent}br"), dismantle: "ip link del ${parent}br"),
        onBridgePort("macvlan", .macvlan, ""), onBridgePort("ipvlan l2", .ipvlan, "-o ipvlan_mode=l2"),
        DifferentialScenario(
            name: "macvlan on a bond", driver: .macvlan, needs: [.bond],
            prepare: """
                ip address flush dev $parent; ip link set $parent down
                ip link add ${parent}bo type bond mode active-backup; ip link set $parent master ${parent}bo
                ip link set ${parent}bo up; ip address add 10.$n.0.9/24 dev ${parent}bo
                """,
            commands: pair("$v4 -o parent=${parent}bo"), dismantle: "ip link del ${parent}bo"),
        DifferentialScenario(
            name: "macvlan on a VRF port", driver: .macvlan, needs: [.vrf],
            prepare: """
                ip link add ${parent}vr type vrf table $n; ip link set ${parent}vr up
                ip link set $parent master ${parent}vr
                """,
            commands: pair("$v4 -o parent=$parent"), dismantle: "ip link del ${parent}vr"),
    ]
}
