extension DifferentialScenario {
    /// Containers that connect, disconnect, restart, and join several networks.
    static let lifecycles = [
        DifferentialScenario(
            name: "macvlan, a container disconnected and connected again", driver: .macvlan,
            commands: """
                network lan $v4 $v6 -o parent=$parent && attach a lan && detach a lan && attach b lan &&
                    attach a lan && inspect a b
                """),
        DifferentialScenario(
            name: "ipvlan l2, a container disconnected and connected again with the same address", driver: .ipvlan,
            commands: """
                network lan $v4 -o parent=$parent -o ipvlan_mode=l2 && attach a lan --ip 10.$n.0.30 &&
                    detach a lan && attach b lan --ip 10.$n.0.30 && detach b lan && attach a lan --ip 10.$n.0.30 &&
                    inspect a
                """),
        DifferentialScenario(
            name: "macvlan, one container on two networks", driver: .macvlan, engines: 27..<Int.max,
            prepare: "far address add 10.$n.1.1/24 dev lan",
            commands: """
                network lan $v4 -o parent=$parent &&
                    network other --subnet 10.$n.1.0/24 --gateway 10.$n.1.1 -o parent=$parent &&
                    attach a other && attach a lan && attach b other && inspect a b
                detach a lan && inspect a b
                """),
        DifferentialScenario(
            name: "macvlan, one container on an internal network and on a normal one", driver: .macvlan,
            prepare: second("macvlan"),
            commands: """
                network lan $v4 -o parent=$parent &&
                    network inner --internal --subnet 10.$n.1.0/24 -o parent=x$n && attach a inner && attach a lan &&
                    inspect a
                """, dismantle: "ip link del x$n"),
        DifferentialScenario(
            name: "one container on an ipvlan l3 network and a macvlan network", driver: .macvlan, needs: [.ipvlan],
            prepare: second("ipvlan"),
            commands: """
                network lan $v4 -o parent=$parent && {
                    [ "$driver" = swiftvlan ] || driver=ipvlan
                    network routed --subnet 10.$n.31.0/24 -o parent=x$n -o ipvlan_mode=l3
                } && start web --network routed$n && {
                    attempt "connect web to lan" docker network connect lan$n web$n; inspect web
                }
                """, dismantle: "ip link del x$n",
            differences: [
                IntendedDifference(
                    reason: IntendedDifference.hostRoutes,
                    lines: ["+ host route 10.$n.31.0/24 dev x$n proto 118 scope link"]),
                IntendedDifference(
                    reason: "a container can join a layer 3 network and another network", engines: 0..<28,
                    lines: [
                        "- connect web to lan: refused", "+ connect web to lan: accepted",
                        "- web endpoint lan 10.$n.0.2/24 gateway none /0 gateway none MAC of its own",
                        "+ web endpoint lan 10.$n.0.2/24 gateway 10.$n.0.1 /0 gateway none MAC of its own",
                        "- web endpoint routed 10.$n.31.2/24 gateway none /0 gateway none MAC none",
                        "+ web endpoint routed 10.$n.31.2/24 gateway 10.$n.31.1 /0 gateway none MAC none",
                        "- web route default dev eth0 scope link", "+ web route default via 10.$n.0.1 dev eth1",
                        "- web: 203.0.113.$n is unreachable", "+ web: 203.0.113.$n is alive",
                    ]),
                IntendedDifference(
                    reason: IntendedDifference.gatewayAtLayer3, engines: 28..<Int.max,
                    lines: [
                        "- web endpoint routed 10.$n.31.1/24 gateway none /0 gateway none MAC none",
                        "+ web endpoint routed 10.$n.31.1/24 gateway 10.$n.31.2 /0 gateway none MAC none",
                    ]),
            ]),
        DifferentialScenario(
            name: "macvlan, a container run, restarted, stopped and started", driver: .macvlan,
            commands: """
                network lan $v4 $v6 -o parent=$parent && start web --network lan$n && inspect web
                attempt restart docker restart -t 0 web$n
                attempt stop docker stop -t 0 web$n
                attempt start docker start web$n && inspect web
                """),
        DifferentialScenario(
            name: "ipvlan l2, a container run, restarted, stopped and started", driver: .ipvlan,
            commands: """
                network lan $v4 $v6 -o parent=$parent -o ipvlan_mode=l2 && start web --network lan$n
                attempt restart docker restart -t 0 web$n
                attempt stop docker stop -t 0 web$n
                attempt start docker start web$n && inspect web
                """),
        DifferentialScenario(
            name: "macvlan, a container whose command does not exist, then one whose command exists", driver: .macvlan,
            commands: """
                network lan $v4 -o parent=$parent
                attempt "no command" docker run --rm --network lan$n bb:1 nosuchcommand
                attach a lan && inspect a
                """),
        DifferentialScenario(
            name: "macvlan, removal of a network in use", driver: .macvlan,
            commands: """
                network lan $v4 -o parent=$parent && attach a lan
                attempt "remove the network" docker network rm lan$n
                inspect a
                """),
    ]

    /// Returns commands that create a second parent, on a wire whose other end is on the host too.
    private static func second(_ purpose: String) -> String {
        ": \(purpose); ip link add x$n type veth peer name y$n && ip link set x$n up && ip link set y$n up"
    }
}
