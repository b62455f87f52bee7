extension DifferentialScenario {
    /// Refused networks: typos, and networks that the host cannot have.
    static let refusals =
        [
            refusal("a mode that does not exist", .macvlan, "$v4 -o parent=$parent -o macvlan_mode=nonsense"),
            refusal("a mode in capitals", .macvlan, "$v4 -o parent=$parent -o macvlan_mode=Bridge"),
            refusal("a mode of ipvlan that does not exist", .ipvlan, "$v4 -o parent=$parent -o ipvlan_mode=l4"),
            refusal(
                "a flag of ipvlan that does not exist", .ipvlan,
                "$v4 -o parent=$parent -o ipvlan_mode=l2 -o ipvlan_flag=nonsense", engines: 23..<Int.max),
            refusal("a parent that does not exist", .macvlan, "$v4 -o parent=nosuch$n"),
            refusal("the loopback as parent", .macvlan, "$v4 -o parent=lo"),
            refusal("VLAN 0", .macvlan, "$v4 -o parent=$parent.0", needs: [.vlan]),
            refusal("VLAN 4095", .ipvlan, "$v4 -o parent=$parent.4095 -o ipvlan_mode=l2", needs: [.vlan]),
            refusal("a VLAN that is no number", .macvlan, "$v4 -o parent=$parent.x", needs: [.vlan]),
            refusal("a VLAN of a link that does not exist", .macvlan, "$v4 -o parent=nosuch$n.50", needs: [.vlan]),
        ] + [
            DifferentialScenario(
                name: "no subnet", driver: .macvlan, commands: "network lan --ipam-driver null -o parent=$parent",
                differences: [
                    MeantDifference(
                        reason: "containers may get their addresses from elsewhere than the engine",
                        lines: ["- network lan: refused", "+ network lan: accepted"])
                ]),
            DifferentialScenario(
                name: "no addresses at all", driver: .macvlan, engines: 28..<Int.max,
                commands: """
                    network lan --ipv4=false --ipam-driver null -o parent=$parent && attach a lan && attach b lan &&
                        inspect a b
                    """),
            DifferentialScenario(
                name: "an option that does not exist", driver: .macvlan,
                commands: "network lan $v4 -o parent=$parent -o nonsense=1",
                differences: [
                    MeantDifference(
                        reason: "a typo is refused instead of silently ignored",
                        lines: ["- network lan: accepted", "+ network lan: refused"])
                ]),
            DifferentialScenario(
                name: "macvlan and ipvlan on one link", driver: .macvlan, needs: [.ipvlan],
                commands: """
                    network lan $v4 -o parent=$parent && attach a lan && {
                        [ "$driver" = swiftvlan ] || driver=ipvlan
                        network other --subnet 10.$n.1.0/24 -o parent=$parent -o ipvlan_mode=l2
                    } && attach b other
                    """,
                differences: [
                    MeantDifference(
                        reason: "kinds that exclude each other are refused when the second network is created",
                        lines: [
                            "- network other: accepted", "- connect b to other: refused", "+ network other: refused",
                        ])
                ]),
            DifferentialScenario(
                name: "a second network beside passthru", driver: .macvlan,
                commands: """
                    network lan $v4 -o parent=$parent -o macvlan_mode=passthru &&
                        network other --subnet 10.$n.1.0/24 -o parent=$parent
                    """),
            DifferentialScenario(
                name: "passthru beside another network", driver: .macvlan,
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
