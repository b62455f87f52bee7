import Testing

/// The parent is a second card, `eth9`, which comes and goes.
@Suite("When a parent goes and comes", .serialized, .enabled(if: Bed.current != nil, "\(Bed.absence)"))
struct ParentLossTests {
    @Test("its network waits for it: what is missing is said, and works again as soon as it is there")
    func deleted() async throws {
        try await withSecondCard { scenario in
            let bed = scenario.bed
            _ = try await scenario.startContainer("web", "--network second --ip 192.168.90.20")
            #expect(try await scenario.routerReaches("192.168.90.20"))

            try await bed.run("ip link del eth9")
            try await expectMissing(on: bed)
            // The container runs on, without the link that the kernel took from it with its parent.
            #expect(try await bed.run("docker inspect -f '{{.State.Running}}' web") == "true")

            try await bed.run(Self.laySecondCard)
            let new = try await scenario.startContainer("new", "--network second")
            #expect(try await new.reaches("192.168.90.1"))
            try await bed.run("docker restart -t 0 web")
            #expect(try await scenario.routerReaches("192.168.90.20"))
        }
    }

    @Test("it may be down and up again, and have another name for a while")
    func changed() async throws {
        try await withSecondCard { scenario in
            let bed = scenario.bed
            let web = try await scenario.startContainer("web", "--network second")
            try await bed.run("ip link set eth9 down; sleep 1; ip link set eth9 up")
            #expect(try await web.reaches("192.168.90.1"))

            try await bed.run("ip link set eth9 down && ip link set eth9 name away9 && ip link set away9 up; sleep 1")
            #expect(try await web.reaches("192.168.90.1"))
            try await expectMissing(on: bed)
            try await bed.run("ip link set away9 down && ip link set away9 name eth9 && ip link set eth9 up; sleep 1")
            #expect(try await web.reaches("192.168.90.1"))
            let new = try await scenario.startContainer("new", "--network second")
            #expect(try await new.reaches("192.168.90.1"))
        }
    }

    @Test("the daemon may be restarted while it is away")
    func restartedWithout() async throws {
        try await withSecondCard { scenario in
            let bed = scenario.bed
            try await bed.run("ip link del eth9")
            try await bed.restartDaemon()
            try await expectMissing(on: bed)
            try await bed.run(Self.laySecondCard)
            let new = try await scenario.startContainer("new", "--network second")
            #expect(try await new.reaches("192.168.90.1"))
        }
    }

    private func expectMissing(on bed: Bed) async throws {
        let words = try await bed.attempt("docker run --rm --network second bb:1 true").errors
        #expect(words.contains("its parent link \"eth9\" is not on this host now"), "\(words)")
    }

    private static let laySecondCard = """
        ip link add eth9 type veth peer name lan9 netns router
        ip link set eth9 up; ip -n router link set lan9 up; ip -n router addr add 192.168.90.1/24 dev lan9
        """

    private func withSecondCard(_ story: @escaping @Sendable (Scenario) async throws -> Void) async throws {
        try await Scenario.run { scenario in
            try await scenario.bed.run(Self.laySecondCard)
            let outcome: Result<Void, any Error>
            do {
                try await scenario.createNetwork(
                    "second", "--subnet 192.168.90.0/24 --gateway 192.168.90.1 -o parent=eth9")
                outcome = .success(try await story(scenario))
            } catch {
                outcome = .failure(error)
            }
            try await scenario.removeAll()
            try await scenario.bed.run("for link in eth9 away9; do ip link del $link 2>/dev/null || true; done")
            try outcome.get()
        }
    }
}
