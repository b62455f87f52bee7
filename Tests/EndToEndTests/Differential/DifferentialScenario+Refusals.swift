extension DifferentialScenario {
    /// Refused networks: typos, and networks that the host cannot serve.
    static let refusals =
        [
            refusal("a mode that does not exist", .macvlan, "$v4 -o parent=$parent -o macvlan_mode=nonsense"),
            refusal("a capitalized mode", .macvlan, "$v4 -o parent=$parent -o macvlan_mode=Bridge"),
            refusal("an ipvlan mode that does not exist", .ipvlan, "$v4 -o parent=$parent -o ipvlan_mode=l4"),
            refusal(
                "an ipvlan flag that does not exist", .ipvlan,
                "$v4 -o parent=$parent -o ipvlan_mode=l2 -o ipvlan_flag=nonsense", engines: 23..<Int.max),
            refusal("a parent that does not exist", .macvlan, "$v4 -o parent=nosuch$n"),
            refusal("the loopback as parent", .macvlan, "$v4 -o parent=lo"),
            refusal("VLAN ID 0", .macvlan, "$v4 -o parent=$parent.0", needs: [.vlan]),
            refusal("VLAN ID 4095", .ipvlan, "$v4 -o parent=$parent.4095 -o ipvlan_mode=l2", needs: [.vlan]),
            refusal("a VLAN ID that is not a number", .macvlan, "$v4 -o parent=$parent.x", needs: [.vlan]),
            refusal("a VLAN on a link that does not exist", .macvlan, "$v4 -o parent=nosuch$n.50", needs: [.vlan]),
        ] + [
            DifferentialScenario(
                name: "a network without a subnet", driver: .macvlan,
                commands: "network lan --ipam-driver null -o parent=$parent",
                differences: [
                    IntendedDifference(
                        reason: "containers may get their addresses from another source than Docker",
                        lines: ["- network lan: refused", "+ network lan: accepted"])
                ]),
            DifferentialScenario(
                name: "a network without any addresses", driver: .macvlan, engines: 28..<Int.max,
                commands: """
                    network lan --ipv4=false --ipam-driver null -o parent=$parent && attach a lan && attach b lan &&
                        inspect a b
                    """),
            DifferentialScenario(
                name: "a network with an option that does not exist", driver: .macvlan,
                commands: "network lan $v4 -o parent=$parent -o nonsense=1",
                differences: [
                    IntendedDifference(
                        reason: "a typo is refused instead of silently ignored",
                        lines: ["- network lan: accepted", "+ network lan: refused"])
                ]),
            DifferentialScenario(
                name: "macvlan and ipvlan networks on one link", driver: .macvlan, needs: [.ipvlan],
                commands: """
                    network lan $v4 -o parent=$parent && attach a lan && {
                        [ "$driver" = swiftvlan ] || driver=ipvlan
                        network other --subnet 10.$n.1.0/24 -o parent=$parent -o ipvlan_mode=l2
                    } && attach b other
                    """,
                differences: [
                    IntendedDifference(
                        reason:
                            "a network whose kind excludes an existing network on the parent is refused at creation",
                        lines: [
                            "- network other: accepted", "- connect b to other: refused", "+ network other: refused",
                        ])
                ]),
            DifferentialScenario(
                name: "a second network beside a passthru network", driver: .macvlan,
                commands: """
                    network lan $v4 -o parent=$parent -o macvlan_mode=passthru &&
                        network other --subnet 10.$n.1.0/24 -o parent=$parent
                    """),
            DifferentialScenario(
                name: "a passthru network beside another network", driver: .macvlan,
                commands: """
                    network lan $v4 -o parent=$parent &&
                        network other --subnet 10.$n.1.0/24 -o parent=$parent -o macvlan_mode=passthru
                    """),
        ]

    private static func refusal(
        _ name: String, _ driver: Driver, _ network: String, needs: Set<LinkKind> = [], engines: Range<Int> = anyEngine
    ) -> DifferentialScenario {
        DifferentialScenario(
            name: "refused: \(name)", driver: driver, needs: needs, engines: engines,
            commands: "network lan \(network) && attach a lan && host")
    }
}
