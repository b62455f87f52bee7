extension DifferentialScenario {
    /// Modes and addresses of macvlan.
    static let macvlan = [
        DifferentialScenario(
            name: "macvlan, dual stack", driver: .macvlan, commands: pair("$v4 $v6 -o parent=$parent")),
        DifferentialScenario(
            name: "macvlan bridge named explicitly, IPv4 only", driver: .macvlan,
            commands: pair("$v4 -o parent=$parent -o macvlan_mode=bridge")),
        DifferentialScenario(
            name: "macvlan private", driver: .macvlan,
            commands: pair("$v4 $v6 -o parent=$parent -o macvlan_mode=private")),
        DifferentialScenario(
            name: "macvlan vepa", driver: .macvlan, commands: pair("$v4 $v6 -o parent=$parent -o macvlan_mode=vepa")),
        DifferentialScenario(
            name: "macvlan passthru, one container at most, and the parent restored", driver: .macvlan,
            commands: """
                network lan $v4 -o parent=$parent -o macvlan_mode=passthru && attach a lan && inspect a
                attach b lan
                """),
        DifferentialScenario(
            name: "macvlan, no gateway named", driver: .macvlan,
            commands: """
                network lan --subnet 10.$n.0.0/24 --ipv6 --subnet fd00:$n::/64 -o parent=$parent &&
                    attach a lan --ip 10.$n.0.20 --ip6 fd00:$n::20 && attach b lan --ip 10.$n.0.21 --ip6 fd00:$n::21 &&
                    inspect a b
                """,
            differences: [.firstAddressIsRouters("of its own", hasIPv6: true)]),
        DifferentialScenario(
            name: "macvlan, a gateway other than the first address", driver: .macvlan,
            prepare: "far address add 10.$n.0.254/24 dev lan; far address add fd00:$n::fe/64 dev lan nodad",
            commands: pair(
                """
                --subnet 10.$n.0.0/24 --gateway 10.$n.0.254 --aux-address other=10.$n.0.1 \
                --ipv6 --subnet fd00:$n::/64 --gateway fd00:$n::fe --aux-address other6=fd00:$n::1 -o parent=$parent
                """)),
        DifferentialScenario(
            name: "macvlan, IPv6 only", driver: .macvlan, engines: 28..<Int.max,
            commands: pair("--ipv4=false $v6 -o parent=$parent")),
        DifferentialScenario(
            name: "macvlan, several IPv4 pools", driver: .macvlan,
            prepare: "far address add 10.$n.1.1/24 dev lan",
            commands: """
                network lan $v4 --subnet 10.$n.1.0/24 --gateway 10.$n.1.1 -o parent=$parent &&
                    attach a lan --ip 10.$n.0.20 && attach b lan --ip 10.$n.1.20 && inspect a b
                """),
        DifferentialScenario(
            name: "macvlan, several IPv6 pools", driver: .macvlan,
            prepare: "far address add fd00:$n:1::1/64 dev lan nodad",
            commands: """
                network lan $v4 $v6 --subnet fd00:$n:1::/64 --gateway fd00:$n:1::1 -o parent=$parent &&
                    attach a lan --ip6 fd00:$n::20 && attach b lan --ip6 fd00:$n:1::20 && inspect a b
                """),
        DifferentialScenario(
            name: "macvlan, --ip and --ip6", driver: .macvlan,
            commands: """
                network lan $v4 $v6 -o parent=$parent && attach a lan --ip 10.$n.0.77 --ip6 fd00:$n::77 &&
                    attach b lan --ip 10.$n.0.78 && inspect a b
                attach a lan --ip 10.$n.0.79
                """),
        DifferentialScenario(
            name: "macvlan, an address in use and one outside the subnet", driver: .macvlan,
            commands: """
                network lan $v4 -o parent=$parent && attach a lan --ip 10.$n.0.77
                attach b lan --ip 10.$n.0.77
                attach b lan --ip 10.$n.9.77
                attach b lan && inspect a b
                """),
        DifferentialScenario(
            name: "macvlan, --ip-range and --aux-address", driver: .macvlan,
            commands: pair(
                """
                $v4 --ip-range 10.$n.0.192/29 --aux-address printer=10.$n.0.193 --aux-address nas=10.$n.0.192 \
                -o parent=$parent
                """)),
        DifferentialScenario(
            name: "macvlan, a /31 between container and router", driver: .macvlan,
            prepare: "far address add 10.$n.8.0/31 dev lan",
            commands: """
                network lan --subnet 10.$n.8.0/31 --gateway 10.$n.8.0 -o parent=$parent &&
                    attach a lan && inspect a
                """),
        DifferentialScenario(
            name: "macvlan, IPv4 and a /127 between container and router", driver: .macvlan,
            prepare: "far address add fd00:$n:8::/127 dev lan nodad",
            commands: """
                network lan $v4 --ipv6 --subnet fd00:$n:8::/127 --gateway fd00:$n:8:: -o parent=$parent &&
                    attach a lan && inspect a
                """),
        DifferentialScenario(
            name: "macvlan, requested link-local addresses", driver: .macvlan,
            commands: """
                network lan $v4 $v6 -o parent=$parent &&
                    attach a lan --link-local-ip 169.254.7.7 --link-local-ip fe80::77 && inspect a
                """),
        DifferentialScenario(
            name: "macvlan, --mac-address", driver: .macvlan,
            commands: """
                network lan $v4 $v6 -o parent=$parent &&
                    start web --network lan$n --mac-address 02:42:c0:a8:32:63 && inspect web
                """),
        DifferentialScenario(
            name: "macvlan, published ports are ignored", driver: .macvlan,
            commands: "network lan $v4 -o parent=$parent && start web --network lan$n -p 80$n:80 && inspect web"),
        DifferentialScenario(
            name: "macvlan, internal", driver: .macvlan, commands: pair("--internal $v4 $v6 -o parent=$parent")),
        DifferentialScenario(
            name: "macvlan without a parent", driver: .macvlan, needs: [.dummy], commands: pair("$v4 $v6")),
        DifferentialScenario(
            name: "macvlan without a parent, internal", driver: .macvlan, needs: [.dummy],
            commands: pair("--internal --subnet 10.$n.0.0/24")),
    ]
}
