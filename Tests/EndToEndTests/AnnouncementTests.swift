import Testing

@Suite("Announcements", .serialized, .onMachine)
struct AnnouncementTests {
    private static let addresses = ["192.168.50.30", "fd00:50::30"]

    @Test("A neighbor's entry is corrected within a second after a container with another MAC address took the address")
    func moved() async throws {
        try await Scenario.run { scenario in
            try await scenario.createNetwork("lan", Scenario.dualLAN)
            for round in 1...5 {
                let moment = try await scenario.move(Self.addresses, to: "02:42:c0:a8:32:\(30 + round)", on: "lan")
                print("Round \(round): \(moment)")
                #expect(moment.corrected - moment.started <= 1000, "\(moment)")
            }
        }
    }

    @Test("With announce=off, a neighbor's entry is still outdated when the container has started")
    func silent() async throws {
        try await Scenario.run { scenario in
            let machine = scenario.machine
            // Newer engines send announcements themselves.
            let version = try await machine.run("docker version -f '{{.Server.Version}}'")
            guard let major = Int(version.prefix { $0 != "." }), major < 28 else { return }
            try await scenario.createNetwork("lan", "\(Scenario.dualLAN) -o announce=off")
            let arguments = "--network lan --ip \(Self.addresses[0]) --ip6 \(Self.addresses[1])"
            let old = "02:42:c0:a8:32:30"
            // Entries of an earlier test would last until the neighbor asks again.
            try await scenario.onRouter("ip neigh flush dev lan")
            _ = try await scenario.startContainer("web", "\(arguments) --mac-address \(old)")
            for address in Self.addresses { #expect(try await scenario.routerReaches(address)) }
            try await machine.run("docker rm -f web")
            // The other test shows that announcements arrive before the container has started.
            _ = try await scenario.startContainer("web", "\(arguments) --mac-address 02:42:c0:a8:32:31")
            let unchanged = try await machine.attempt(Scenario.neighborHas(old, for: Self.addresses, on: "lan"))
            #expect(unchanged.status == 0)
        }
    }

    @Test("A neighbor's entries are corrected when a parent's carrier returns", arguments: ["bridge", "l2"])
    func carrier(mode: String) async throws {
        try await SwitchedNIC.run(.single) { scenario in
            let machine = scenario.machine
            guard try await machine.canServe(mode) else { return }
            try await scenario.createNetwork("second", "\(SwitchedNIC.network) -o parent=eth9 -o mode=\(mode)")
            let addresses = ["192.168.90.20", "fd00:90::20"]
            let web = try await scenario.startContainer(
                "web", "--network second --ip \(addresses[0]) --ip6 \(addresses[1])")
            let mac = try #require(try await web.interface().address)
            try await scenario.waitForLastAnnouncement()
            try await machine.run("ip -n router link set lan9 down")
            let lost = try await machine.wait(seconds: 60, until: "! ip -o link show eth9 | grep -q LOWER_UP")
            #expect(lost)
            try await scenario.outdateNeighbor(addresses)
            let took = try await machine.milliseconds(
                after: "ip -n router link set lan9 up", until: Scenario.neighborHas(mac, for: addresses))
            print("\(mode): entries were corrected \(took) ms after the carrier returned")
            #expect(took <= 10_000)
        }
    }
}

extension Scenario {
    /// When entries of a neighbor were corrected, and when the container had started, in milliseconds after `docker run`.
    struct Move: Sendable, CustomStringConvertible {
        let corrected: Int
        let started: Int
        var description: String {
            "entries were corrected \(corrected) ms after docker run, which had started the container after \(started) ms"
        }
    }

    /// Starts a container with another MAC address than the neighbor's entries have, which the router pinged before.
    fileprivate func move(_ addresses: [String], to mac: String, on network: String) async throws -> Move {
        let arguments = "--network \(network) --ip \(addresses[0]) --ip6 \(addresses[1])"
        let old = try await startContainer("old", "\(arguments) --mac-address 02:42:c0:a8:32:29")
        for address in addresses { #expect(try await routerReaches(address)) }
        let isKnown = Self.neighborHas("02:42:c0:a8:32:29", for: addresses, on: "lan")
        #expect(try await machine.wait(seconds: 1, until: isKnown))
        try await machine.run("docker rm -f \(old.name)")
        // The router may be about to ask the container whether it is still there. Without an answer, the entry fails, and the
        // kernel ignores announcements for failed entries (`ndisc_recv_na` in net/ipv6/ndisc.c).
        for address in addresses {
            try await onRouter("ip neigh replace \(address) lladdr 02:42:c0:a8:32:29 dev lan nud stale")
        }
        // Without polling, which would slow the start down on an emulated processor.
        let text = try await machine.run(
            """
            now() { date +%s%3N; }
            first() { grep -F " $1 " /run/moves | grep -m 1 -F "lladdr \(mac)"; }
            ip -n router -ts monitor neigh >/run/moves & monitor=$!
            for n in $(seq 300); do
                ! grep -q 192.0.2.1 /run/moves || break
                ip -n router neigh replace 192.0.2.1 lladdr \(Self.outdatedMAC) dev lan nud stale
                sleep 0.1; ip -n router neigh del 192.0.2.1 dev lan
            done
            begin=$(now)
            docker run -d --name new --mac-address \(mac) \(arguments) bb:1 sleep 3600 >/dev/null; started=$(now)
            for n in $(seq 200); do
                ! { first \(addresses[0]) && first \(addresses[1]); } >/dev/null || break
                sleep 0.1
            done
            kill $monitor
            for address in \(addresses.joined(separator: " ")); do
                moment=$(first $address | sed 's/^\\[\\([^]]*\\)\\].*/\\1/')
                [ "$moment" ] && date -d "$moment" +%s%3N || now
            done | sort -n | tail -n 1 >/run/corrected
            echo $(($(cat /run/corrected) - begin)) $((started - begin)); rm /run/moves /run/corrected
            docker rm -f new >/dev/null
            """)
        let numbers = text.split(separator: " ").compactMap { Int($0) }
        try #require(numbers.count == 2, "\(text)")
        return Move(corrected: numbers[0], started: numbers[1])
    }
}

extension MachineFixture {
    /// Returns whether the kernel has links of a mode. The throwaway host's may lack ipvlan.
    fileprivate func canServe(_ mode: String) async throws -> Bool {
        guard mode.hasPrefix("l") else { return true }
        return try await attempt("ip link add probe9 link eth9 type ipvlan mode l2 && ip link del probe9").status == 0
    }
}
