import Testing

/// The parent is a second NIC, `eth9`, which is deleted and created again.
@Suite("Lost parents", .serialized, .onMachine)
struct ParentLossTests {
    @Test("A container start names the missing parent, and works again once the parent is back")
    func deleted() async throws {
        try await withSecondNIC { scenario in
            let machine = scenario.machine
            _ = try await scenario.startContainer("web", "--network second --ip 192.168.90.20")
            #expect(try await scenario.routerReaches("192.168.90.20"))

            try await machine.run("ip link del eth9")
            try await expectMissing(on: machine)
            // The container keeps running without its link, which the kernel deleted with the parent.
            #expect(try await machine.run("docker inspect -f '{{.State.Running}}' web") == "true")

            try await machine.run(Self.laySecondNIC)
            let new = try await scenario.startContainer("new", "--network second")
            #expect(try await new.reaches("192.168.90.1"))
            try await machine.run("docker restart -t 0 web")
            #expect(try await scenario.routerReaches("192.168.90.20"))
        }
    }

    @Test("Containers stay connected when their parent goes down and up, or is renamed and renamed back")
    func changed() async throws {
        try await withSecondNIC { scenario in
            let machine = scenario.machine
            let web = try await scenario.startContainer("web", "--network second")
            try await machine.run("ip link set eth9 down; sleep 1; ip link set eth9 up")
            #expect(try await web.reaches("192.168.90.1"))

            try await machine.run(
                "ip link set eth9 down && ip link set eth9 name away9 && ip link set away9 up; sleep 1")
            #expect(try await web.reaches("192.168.90.1"))
            try await expectMissing(on: machine)
            try await machine.run(
                "ip link set away9 down && ip link set away9 name eth9 && ip link set eth9 up; sleep 1")
            #expect(try await web.reaches("192.168.90.1"))
            let new = try await scenario.startContainer("new", "--network second")
            #expect(try await new.reaches("192.168.90.1"))
        }
    }

    @Test("The daemon restarts without a network's parent and serves the network once the parent is back")
    func restartedWithout() async throws {
        try await withSecondNIC { scenario in
            let machine = scenario.machine
            try await machine.run("ip link del eth9")
            try await machine.restartDaemon()
            try await expectMissing(on: machine)
            try await machine.run(Self.laySecondNIC)
            let new = try await scenario.startContainer("new", "--network second")
            #expect(try await new.reaches("192.168.90.1"))
        }
    }

    @Test("A network whose parent is an alternative name stays on that NIC when another NIC gets its first name")
    func renamedForGood() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            try await machine.run(Self.laySecondNIC)
            try await withCleanUp {
                try await machine.run("ip link property add dev eth9 altname nic-of-the-second-lan")
                try await scenario.createNetwork(
                    "second",
                    "--subnet 192.168.90.0/24 --gateway 192.168.90.1 -o parent=nic-of-the-second-lan")
                _ = try await scenario.startContainer("web", "--network second --ip 192.168.90.20")
                #expect(try await scenario.routerReaches("192.168.90.20"))

                // As after a boot that detected the NICs in another order.
                try await machine.run(
                    """
                    docker stop -t 0 web
                    ip link set eth9 down && ip link set eth9 name away9 && ip link set away9 up
                    ip link add eth9 type veth peer name lan8 netns router
                    ip link set eth9 up; ip -n router link set lan8 up
                    """)
                try await machine.restartDaemon()
                try await machine.run("docker start web")
                #expect(try await scenario.routerReaches("192.168.90.20"))
            } cleanUp: {
                try await scenario.removeAll()
                try await machine.run("for link in eth9 away9; do ip link del $link 2>/dev/null || true; done")
            }
        }
    }

    private func expectMissing(on machine: MachineFixture) async throws {
        let words = try await machine.attempt("docker run --rm --network second bb:1 true").errors
        #expect(words.contains("its parent link \"eth9\" is not on this host now"), "\(words)")
    }

    private static let laySecondNIC = """
        ip link add eth9 type veth peer name lan9 netns router
        ip link set eth9 up; ip -n router link set lan9 up; ip -n router addr add 192.168.90.1/24 dev lan9
        """

    private func withSecondNIC(_ body: @escaping @Sendable (Scenario) async throws -> Void) async throws {
        try await Scenario.run { scenario in
            try await scenario.machine.run(Self.laySecondNIC)
            try await withCleanUp {
                try await scenario.createNetwork(
                    "second", "--subnet 192.168.90.0/24 --gateway 192.168.90.1 -o parent=eth9")
                try await body(scenario)
            } cleanUp: {
                try await scenario.removeAll()
                try await scenario.machine.run("for link in eth9 away9; do ip link del $link 2>/dev/null || true; done")
            }
        }
    }
}
