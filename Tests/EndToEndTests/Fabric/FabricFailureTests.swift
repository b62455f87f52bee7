import Testing

@Suite("Routes to containers when something on a host dies", .serialized, .inFabric)
struct FabricFailureTests {
    /// A program on a host.
    struct Program: Sendable, CustomTestStringConvertible {
        let testDescription: String

        /// The names of its processes, as an expression for `pgrep`.
        let processes: String

        /// What starts it again; nil if the host does that by itself.
        var start: String?

        var isRouting: Bool { processes.contains("zebra") || processes.contains("bgpd") }

        static let every = [
            Program(testDescription: "swiftvlan", processes: "swiftvlan"),
            Program(testDescription: "Docker Engine", processes: "dockerd"),
            Program(testDescription: "zebra", processes: "zebra"),
            Program(testDescription: "bgpd", processes: "bgpd"),
            // systemd would do that: Restart=on-failure in frr.service.
            Program(
                testDescription: "every daemon of FRR", processes: "watchfrr|zebra|mgmtd|bgpd|staticd|bfdd",
                start: "/usr/lib/frr/frrinit.sh start >/dev/null 2>&1"),
        ]
    }

    @Test(
        "When a program on a host is killed, the routes of running containers stay, and no others",
        arguments: Program.every)
    func kill(program: Program) async throws {
        try await Fabric.run { fabric in
            try await fabric.route(by: .unnumbered)
            let containers = try await fabric.startSpanningContainers()
            let expected = containers.reduce(into: Set<String>()) { $0.formUnion($1.routes) }
            #expect(try await fabric.awaitLearnedRoutes(expected) == expected)

            let watch = try await RouteWatch.start(in: fabric, pinging: containers[0].addresses)
            // pgrep reads the host's own /proc.
            let before = try await fabric.on(.host1, "pgrep -x '\(program.processes)' | sort")
            try await fabric.on(.host1, "kill -KILL \(before.replacing("\n", with: " "))\n\(program.start ?? "")")
            try await fabric.awaitReturn(of: program, after: before, on: .host1)
            let seen = try await watch.stop()

            if program.processes == "zebra" {
                // watchfrr(8) restarts bfdd too. On an emulated processor, this takes longer than BFD waits, and then the
                // router withdraws the routes in between.
                print("  zebra: withdrawn in between: \(seen.withdrawn)")
            } else {
                #expect(seen.withdrawn.isEmpty, "\(seen.withdrawn)")
            }
            if program.isRouting {
                // The host's own default route is gone for some seconds while FRR starts (docs/routing.md).
                print("  \(program.testDescription): pings without an answer: \(seen.pings.map(\.lost.count))")
            } else {
                for pings in seen.pings { #expect(pings.lost.count <= 1, "\(pings)") }
            }
            #expect(try await fabric.awaitLearnedRoutes(expected) == expected)

            // The watch sees a withdrawal when there is one, or it would prove nothing above.
            let control = try await RouteWatch.start(in: fabric, pinging: [])
            try await containers[0].remove()
            #expect(try await fabric.awaitLearnedRoutes(containers[1].routes) == containers[1].routes)
            let withdrawn = try await control.stop().withdrawn
            #expect(Set(withdrawn) == Set(containers[0].addresses), "\(withdrawn)")
            let next = try await fabric.startContainer("next", on: .host1, "--network spanning")
            for address in next.addresses { #expect(try await fabric.reaches(address, from: .station)) }
        }
    }

    @Test("The route to a container that dies while swiftvlan is down is withdrawn when swiftvlan starts")
    func diesMeanwhile() async throws {
        try await Fabric.run { fabric in
            try await fabric.route(by: .unnumbered)
            let containers = try await fabric.startSpanningContainers()
            let expected = containers.reduce(into: Set<String>()) { $0.formUnion($1.routes) }
            #expect(try await fabric.awaitLearnedRoutes(expected) == expected)
            // Both at once: the engine cannot report the container's end.
            try await fabric.on(
                .host1,
                """
                container=$(docker inspect -f '{{.State.Pid}}' web)
                kill -KILL $(pgrep -x 'swiftvlan|dockerd|containerd') $container
                """)
            #expect(try await fabric.awaitLearnedRoutes(containers[1].routes) == containers[1].routes)
            #expect(
                try await fabric.machine.wait(seconds: 120, until: "fabric on host1 docker version >/dev/null 2>&1"))
        }
    }

    @Test("A host that loses power loses its routes, and has them again after its boot")
    func powerCut() async throws {
        try await Fabric.run { fabric in
            try await fabric.route(by: .unnumbered)
            try await fabric.createSpanningNetwork()
            let options = "--network spanning --restart always"
            let first = try await fabric.startContainer("web", on: .host1, options)
            let second = try await fabric.startContainer("web", on: .host2, options)
            let expected = first.routes.union(second.routes)
            #expect(try await fabric.awaitLearnedRoutes(expected) == expected)

            try await fabric.machine.run("fabric cut host1")
            #expect(try await fabric.awaitLearnedRoutes(second.routes) == second.routes)
            try await fabric.machine.run("fabric boot host1")
            #expect(try await fabric.awaitLearnedRoutes(expected) == expected)
            for address in first.addresses { #expect(try await fabric.reaches(address, from: .station)) }
        }
    }

    @Test("Routes of a host that falls silent behind a switch are withdrawn")
    func silence() async throws {
        try await Fabric.run { fabric in
            try await fabric.route(by: .unnumbered)
            let containers = try await fabric.startSpanningContainers()
            let expected = containers.reduce(into: Set<String>()) { $0.formUnion($1.routes) }
            #expect(try await fabric.awaitLearnedRoutes(expected) == expected)
            try await fabric.machine.run("fabric cut host1 silently")
            #expect(try await fabric.awaitLearnedRoutes(containers[1].routes) == containers[1].routes)
        }
    }

    @Test("Routes are withdrawn when a network's parent goes down, and return with it")
    func parentDown() async throws {
        try await Fabric.run { fabric in
            try await fabric.route(by: .unnumbered)
            let containers = try await fabric.startSpanningContainers()
            let expected = containers.reduce(into: Set<String>()) { $0.formUnion($1.routes) }
            #expect(try await fabric.awaitLearnedRoutes(expected) == expected)
            try await fabric.on(.host1, "ip link set eth0 down")
            #expect(try await fabric.awaitLearnedRoutes(containers[1].routes) == containers[1].routes)
            try await fabric.on(.host1, "ip link set eth0 up")
            #expect(try await fabric.awaitLearnedRoutes(expected) == expected)
            for address in containers[0].addresses { #expect(try await fabric.reaches(address, from: .station)) }
        }
    }
}

extension Fabric {
    /// Waits until a program that was killed works again; `killed` are the identifiers of its processes then.
    ///
    /// When zebra is gone, watchfrr(8) starts the other daemons again too, and the session with them.
    func awaitReturn(of program: FabricFailureTests.Program, after killed: String, on host: Node) async throws {
        let works =
            switch program.processes {
            case "swiftvlan": "swiftvlan status"
            case "dockerd": "docker version"
            default:
                """
                daemons=$(vtysh -c 'show watchfrr') && echo "$daemons" | grep 'phase: Idle' \
                    && ! echo "$daemons" | grep -E ' (Init|Down|Connecting|Unresponsive)' \
                    && vtysh -c 'show bgp neighbors eth0' | grep 'BGP state = Established'
                """
            }
        let returned = try await on(
            host,
            """
            for try in $(seq 300); do
                running=$(pgrep -x '\(program.processes)')
                if [ "$running" ] && ! echo "$running" | grep -qwE '\(killed.replacing("\n", with: "|"))' \
                    && { \(works); } >/dev/null 2>&1; then
                    echo yes
                    break
                fi
                sleep 0.5
            done
            """)
        try #require(returned == "yes", "\(program.testDescription) did not start again")
    }
}
