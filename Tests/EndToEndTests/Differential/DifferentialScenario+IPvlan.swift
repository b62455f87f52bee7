extension DifferentialScenario {
    /// Layer 3 subnets behind the host, to which the router has routes.
    private static let routed = "--subnet 10.$n.31.0/24 --subnet 10.$n.32.0/24 --ipv6 --subnet fd00:$n:31::/64"
    private static let routes = """
        far route add 10.$n.31.0/24 via 10.$n.0.9; far route add 10.$n.32.0/24 via 10.$n.0.9
        far route add fd00:$n:31::/64 via fd00:$n::9
        """

    private static func hasHostRoutes(_ routes: String...) -> IntendedDifference {
        IntendedDifference(
            reason: IntendedDifference.hostRoutes, lines: Set(routes.map { "+ host route \($0)" }))
    }

    private static let allHostRoutes = hasHostRoutes(
        "10.$n.31.0/24 dev w$n proto 118 scope link", "10.$n.32.0/24 dev w$n proto 118 scope link",
        "fd00:$n:31::/64 dev w$n proto 118 metric 1024")
    private static let oneHostRoute = hasHostRoutes("10.$n.31.0/24 dev w$n proto 118 scope link")

    private static let gatewaysAcrossPools = [
        IntendedDifference.layer3Gateways(
            .init("a", "10.$n.31.20", "10.$n.31.1", ipv6: ("fd00:$n:31::2", "fd00:$n:31::1")),
            .init("b", "10.$n.32.20", "10.$n.32.1", ipv6: ("fd00:$n:31::3", "fd00:$n:31::1")), engines: 0..<28),
        IntendedDifference.layer3Gateways(
            .init("a", "10.$n.31.20", "10.$n.31.1", ipv6: ("fd00:$n:31::1", "fd00:$n:31::2")),
            .init("b", "10.$n.32.20", "10.$n.32.1", ipv6: ("fd00:$n:31::2", "fd00:$n:31::1")), engines: 28..<Int.max),
    ]

    private static let subnetsReachEachOther = IntendedDifference(
        reason: "the subnets of an isolated layer 3 network reach each other, as Docker's documentation promises",
        lines: [
            "+ a route 10.$n.32.0/24 dev eth0 scope link", "+ b route 10.$n.31.0/24 dev eth0 scope link",
            "- a: 10.$n.32.20 is unreachable", "+ a: 10.$n.32.20 is alive",
            "- b: 10.$n.31.20 is unreachable", "+ b: 10.$n.31.20 is alive",
        ])

    private static func acrossPools(_ options: String) -> String {
        """
        network lan \(routed) \(options) &&
            attach a lan --ip 10.$n.31.20 && attach b lan --ip 10.$n.32.20 && inspect a b
        """
    }

    /// Modes, flags and addresses of ipvlan.
    static let ipvlan = [
        DifferentialScenario(
            name: "ipvlan l2, dual stack", driver: .ipvlan,
            commands: pair("$v4 $v6 -o parent=$parent -o ipvlan_mode=l2")),
        DifferentialScenario(
            name: "ipvlan l3, two IPv4 pools and IPv6", driver: .ipvlan, prepare: routes,
            commands: acrossPools("-o parent=$parent -o ipvlan_mode=l3"),
            differences: [allHostRoutes] + gatewaysAcrossPools),
        DifferentialScenario(
            name: "ipvlan l3s, two IPv4 pools and IPv6", driver: .ipvlan, engines: 23..<Int.max, prepare: routes,
            commands: acrossPools("-o parent=$parent -o ipvlan_mode=l3s"),
            differences: [allHostRoutes] + gatewaysAcrossPools),
        DifferentialScenario(
            name: "ipvlan l3 with a gateway", driver: .ipvlan, prepare: routes,
            commands: pair(
                "--subnet 10.$n.31.0/24 --gateway 10.$n.31.7 -o parent=$parent -o ipvlan_mode=l3"),
            differences: [
                oneHostRoute,
                .layer3Gateways(
                    .init("a", "10.$n.31.1", "10.$n.31.7"), .init("b", "10.$n.31.2", "10.$n.31.7"),
                    engines: anyEngine),
            ]),
        DifferentialScenario(
            name: "ipvlan l2 private", driver: .ipvlan, engines: 23..<Int.max,
            commands: pair("$v4 $v6 -o parent=$parent -o ipvlan_mode=l2 -o ipvlan_flag=private")),
        DifferentialScenario(
            name: "ipvlan l2 vepa", driver: .ipvlan, engines: 23..<Int.max,
            commands: pair("$v4 $v6 -o parent=$parent -o ipvlan_mode=l2 -o ipvlan_flag=vepa")),
        DifferentialScenario(
            name: "ipvlan l3 bridge", driver: .ipvlan, engines: 23..<Int.max, prepare: routes,
            commands: pair("--subnet 10.$n.31.0/24 -o parent=$parent -o ipvlan_mode=l3 -o ipvlan_flag=bridge"),
            differences: [oneHostRoute] + IntendedDifference.pairAtLayer3),
        DifferentialScenario(
            name: "ipvlan l3 private", driver: .ipvlan, engines: 23..<Int.max, prepare: routes,
            commands: pair("--subnet 10.$n.31.0/24 -o parent=$parent -o ipvlan_mode=l3 -o ipvlan_flag=private"),
            differences: [oneHostRoute] + IntendedDifference.pairAtLayer3),
        DifferentialScenario(
            name: "ipvlan l2, no gateway named", driver: .ipvlan,
            commands: """
                network lan --subnet 10.$n.0.0/24 -o parent=$parent -o ipvlan_mode=l2 &&
                    attach a lan --ip 10.$n.0.20 && attach b lan --ip 10.$n.0.21 && inspect a b
                """,
            differences: [.firstAddressIsRouters("none", hasIPv6: false)]),
        DifferentialScenario(
            name: "ipvlan l2, IPv6 only", driver: .ipvlan, engines: 28..<Int.max,
            commands: pair("--ipv4=false $v6 -o parent=$parent -o ipvlan_mode=l2")),
        DifferentialScenario(
            name: "ipvlan l2, --ip, --ip6 and a link-local address", driver: .ipvlan,
            commands: """
                network lan $v4 $v6 -o parent=$parent -o ipvlan_mode=l2 &&
                    attach a lan --ip 10.$n.0.77 --ip6 fd00:$n::77 --link-local-ip 169.254.7.7 && inspect a
                """),
        DifferentialScenario(
            name: "ipvlan l2, internal", driver: .ipvlan,
            commands: pair("--internal $v4 $v6 -o parent=$parent -o ipvlan_mode=l2")),
        DifferentialScenario(
            name: "ipvlan l3, internal", driver: .ipvlan, prepare: routes,
            commands: acrossPools("--internal -o parent=$parent -o ipvlan_mode=l3"),
            differences: [subnetsReachEachOther]),
        DifferentialScenario(
            name: "ipvlan l2 without a parent", driver: .ipvlan, needs: [.dummy],
            commands: pair("$v4 $v6 -o ipvlan_mode=l2")),
        DifferentialScenario(
            name: "ipvlan l3 without a parent, two pools", driver: .ipvlan, needs: [.dummy],
            commands: acrossPools("-o ipvlan_mode=l3"), differences: [subnetsReachEachOther]),
        DifferentialScenario(
            name: "ipvlan l2, --mac-address", driver: .ipvlan,
            commands: """
                network lan $v4 -o parent=$parent -o ipvlan_mode=l2 &&
                    start web --network lan$n --mac-address 02:42:c0:a8:32:63
                """),
        DifferentialScenario(
            name: "two ipvlan networks on one link", driver: .ipvlan, prepare: "far address add 10.$n.1.1/24 dev lan",
            commands: """
                network lan $v4 -o parent=$parent -o ipvlan_mode=l2 &&
                    network other --subnet 10.$n.1.0/24 --gateway 10.$n.1.1 -o parent=$parent -o ipvlan_mode=l2
                """,
            differences: [
                IntendedDifference(
                    reason: "ipvlan networks of one mode can share a parent",
                    lines: ["- network other: refused", "+ network other: accepted"])
            ]),
        DifferentialScenario(
            name: "ipvlan with the default mode", driver: .ipvlan,
            commands: "network lan $v4 -o parent=$parent && attach a lan && inspect a",
            differences: [
                IntendedDifference(
                    reason:
                        "one driver serves both kinds: a network is ipvlan only if mode= or ipvlan_mode= selects that",
                    lines: [
                        "- a link eth0 ipvlan l2 up mtu 1500 promiscuity 0 MAC of a link of the host",
                        "+ a link eth0 macvlan bridge up mtu 1500 promiscuity 0 MAC of its own",
                        "- a endpoint lan 10.$n.0.2/24 gateway 10.$n.0.1 /0 gateway none MAC none",
                        "+ a endpoint lan 10.$n.0.2/24 gateway 10.$n.0.1 /0 gateway none MAC of its own",
                        "- host link w$n veth up mtu 1500 promiscuity 0",
                        "+ host link w$n veth up mtu 1500 promiscuity 1",
                    ])
            ]),
    ]
}
