import Testing

/// Each of these tests restarts the machine.
@Suite("Reboots", .serialized, .onMachine)
struct RebootTests {
    @Test("Networks of every kind use the right VLAN tags and survive a reboot")
    func everyKind() async throws {
        let machine = try #require(MachineFixture.current)
        let scenario = Scenario(machine: machine)
        let lan = try await layLAN(on: scenario)
        try await createNetworks(on: machine)
        try await expectAllReached(on: machine)
        try await expectTags(on: scenario)
        let records = try await machine.records()
        #expect(records.networks.count == 8)

        try await machine.reboot()
        // Check this before the first call, which would start the service through its socket.
        #expect(try await machine.run("systemctl is-active swiftvlan.service") == "active")
        let active = try await machine.run(
            "systemctl show -P ActiveEnterTimestampMonotonic swiftvlan.service docker.service")
        let moments = active.split(separator: "\n").compactMap { Int($0) }
        #expect(moments.count == 2 && moments[0] < moments[1], "ready before the engine: \(moments)")
        try await expectAllReached(on: machine)
        #expect(try await machine.records().networks == records.networks)
        #expect(try await machine.attempt("ip link show eth7.31").status == 0)
        try await expectAllRemoved(on: scenario, leaving: "eth7.30")
        try await lan.remove()
    }

    @Test("Containers start once their parent appears, 20 seconds after the engine's call")
    func lateParent() async throws {
        let machine = try #require(MachineFixture.current)
        let scenario = Scenario(machine: machine)
        let lan = try await layLAN(on: scenario)
        try await createNetworks(on: machine)
        try await lan.makeVLANBeforehand(31)
        try await lan.delay(seconds: 20)
        try await machine.reboot()
        try await expectAllReached(on: machine)
        // Measured by the containers' processes: StartedAt is the time when Docker 28.5 loaded a container, before its first
        // call for that container.
        let started = try await machine.run(
            """
            for name in alone plain; do
                pid=$(docker inspect -f '{{.State.Pid}}' $name)
                echo $(($(date +%s) - $(ps -o etimes= -p $pid)))
            done
            """)
        let seconds = started.split(separator: "\n").compactMap { Int($0) }
        print("Without and with a parent that is late, containers started at \(seconds)")
        // Docker made both calls before the parent appeared, so one call waited for most of the 20 seconds.
        #expect(seconds.count == 2 && seconds[1] - seconds[0] >= 10, "the call did not wait: \(seconds)")
        // swiftvlan must not remove the VLAN link that the system created.
        try await expectAllRemoved(on: scenario, leaving: "eth7.30\neth7.31")
        try await lan.remove()
    }

    @Test("A power cut loses no network whose creation was answered")
    func powerCut() async throws {
        let machine = try #require(MachineFixture.current)
        let scenario = Scenario(machine: machine)
        try await scenario.layLAN()
        try await machine.run("sync")
        let ids = try await machine.run(
            """
            for n in $(seq 8); do
                docker network create -d swiftvlan --subnet 10.62.$n.0/24 -o parent=eth0.$((60 + n % 4)) cut$n
            done
            """)
        let before = try await machine.bootID()
        // This reboot writes nothing and closes no connection.
        _ = try? await machine.attempt(
            "setsid sh -c 'sleep 0.1; echo b >/proc/sysrq-trigger' >/dev/null 2>&1 </dev/null &")
        try await machine.waitForBoot(after: before)

        let answered = Set(ids.split(separator: "\n").map(String.init))
        #expect(answered.count == 8)
        #expect(try await machine.records().networks == answered)
        let known = try await machine.run("docker network ls -q --no-trunc --filter driver=swiftvlan")
        #expect(Set(known.split(separator: "\n").map(String.init)) == answered, "what the engine kept")
        // This time the test sets up the LAN, long after the daemon started.
        try await scenario.layLAN()
        for (name, host) in [("cut1", "10.62.1"), ("cut5", "10.62.5")] {
            let web = try await scenario.startContainer("web-\(name)", "--network \(name) --ip \(host).20")
            #expect(try await web.addresses().contains("\(host).20/24"))
        }
        try await scenario.removeAll()
        #expect(try await machine.records() == Records(networks: [], endpoints: []))
        #expect(try await machine.attempt("ip -o link show type vlan | grep .").status != 0, "a VLAN link is left")
    }

    /// The containers that the router must reach.
    private static let reached = [
        "192.168.50.20", "192.168.150.20", "192.168.220.20", "192.168.120.20", "10.31.0.20", "fd00:31::20",
        "192.168.66.20",
    ]

    /// The containers on networks with host access, and where they reach the host.
    private static let hostAccess = [
        ("plain", "192.168.50.20", "192.168.50.9"), ("office", "192.168.120.20", "192.168.120.9"),
        ("routed", "10.31.0.20", "192.168.130.9"), ("routed", "fd00:31::20", "fd00:130::9"),
    ]

    private static let whatEnded = "docker inspect -f '{{.Name}} {{.State.Status}} {{.State.Error}}' $(docker ps -aq)"

    private func layLAN(on scenario: Scenario) async throws -> LANAtBoot {
        // A failed test may have left containers and networks.
        try await scenario.removeAll()
        try await scenario.layLAN()
        let lan = LANAtBoot(machine: scenario.machine)
        try await lan.install()
        return lan
    }

    /// Expects packets of containers to carry the VLAN tags of their network's parent.
    private func expectTags(on scenario: Scenario) async throws {
        let tagged = [
            "192.168.50.20": [], "192.168.150.20": ["vlan 50"], "192.168.120.20": ["vlan 20"],
            "192.168.220.20": ["vlan 100", "vlan 20"],
        ]
        let replies = tagged.keys.map { "\($0) > \($0.dropLast(2))1: ICMP echo reply" }
        let frames = try await scenario.captureOnWire(until: replies) {
            let addresses = tagged.keys.joined(separator: " ")
            try await scenario.machine.run("ip netns exec router fping -r 10 -t 1000 \(addresses)")
        }
        for (address, tags) in tagged {
            let reply = try #require(
                frames.split(separator: "\n").first { $0.contains(" \(address) > ") && $0.contains("ICMP echo reply") },
                "no reply of \(address) in \(frames)")
            #expect(reply.matches(of: /vlan \d+/).map { String($0.output) } == tags, "\(reply)")
        }
    }

    /// Removes everything, and expects only the system's own links to stay, as on a machine that never restarted.
    private func expectAllRemoved(on scenario: Scenario, leaving links: String) async throws {
        try await scenario.removeAll()
        let machine = scenario.machine
        #expect(try await machine.records() == Records(networks: [], endpoints: []))
        let left = try await machine.run(
            "ls /sys/class/net | grep -e '[.]' -e '^s[dhv]'; ip route show proto 118; ip -6 route show proto 118")
        #expect(left == links)
    }

    private func createNetworks(on machine: MachineFixture) async throws {
        // As a container's first process, `sleep` ignores TERM, and a shutdown would wait for it.
        try await machine.run(
            """
            set -e
            create() { docker network create -d swiftvlan "$@" >/dev/null; }
            lan() { subnet=192.168.$1; shift; create --subnet $subnet.0/24 --gateway $subnet.1 "$@"; }
            start() {
                name=$1; shift
                docker run -d --restart always --stop-signal KILL --name $name "$@" bb:1 sleep 86400 >/dev/null
            }
            lan 50 -o parent=eth0 --aux-address host=192.168.50.9 -o host_access=on plain; start plain --network plain --ip 192.168.50.20
            lan 150 -o parent=eth0.50 tagged; start tagged --network tagged --ip 192.168.150.20
            lan 220 -o parent=eth0.100.20 nested; start nested --network nested --ip 192.168.220.20
            lan 120 -o parent=eth0.20 -o mode=l2 --aux-address host=192.168.120.9 -o host_access=on office
            start office --network office --ip 192.168.120.20
            lan 66 -o parent=eth6 -o mode=passthru whole; start whole --network whole --ip 192.168.66.20
            create --subnet 10.31.0.0/24 --ipv6 --subnet fd00:31::/64 -o parent=eth7.30 -o mode=l3 -o host_access=on routed
            start routed --network routed --ip 10.31.0.20 --ip6 fd00:31::20
            create --subnet 192.168.131.0/24 -o parent=eth7.31 taken
            create --subnet 10.41.0.0/24 alone
            start alone --network alone --ip 10.41.0.20; start other --network alone --ip 10.41.0.21
            """)
    }

    private func expectAllReached(on machine: MachineFixture) async throws {
        let allRun = try await machine.wait(seconds: 300, until: "[ $(docker ps -q | wc -l) = 8 ]")
        if !allRun { Issue.record("not all containers run: \(try await machine.run(Self.whatEnded))") }
        let found = try await machine.attempt(
            "ip netns exec router fping -a -r 30 -B 1 -t 1000 \(Self.reached.joined(separator: " "))")
        #expect(Set(found.output.split(separator: "\n").map(String.init)) == Set(Self.reached))
        let ping = try await machine.attempt("docker exec alone ping -c 1 -W 30 10.41.0.21")
        #expect(ping.status == 0, "\(ping.output)\(ping.errors)")
        for (name, address, host) in Self.hostAccess {
            let reached = try await machine.pings(address, with: "", tries: 30)
            #expect(reached, "the host's ping of \(address)")
            let container = try await Scenario(machine: machine).container(name)
            #expect(try await container.reaches(host), "\(name) → \(host)")
            let complaint = try await machine.exchangeMegabyte(from: container.prefix, to: host, at: "")
            #expect(complaint == "", "TCP from \(name) to \(host)")
        }
        // Records must exist for the engine's endpoints and for none from before the boot.
        let names = ["plain", "tagged", "nested", "office", "whole", "routed", "alone", "other"]
        try await machine.expectEndpointRecords(
            try await machine.endpointIDs(names.joined(separator: " ")), within: .seconds(180))
    }
}

extension MachineFixture {
    /// Restarts the machine and waits until its engine answers.
    fileprivate func reboot() async throws {
        let before = try await bootID()
        // The connection breaks while the command runs.
        _ = try? await attempt("systemctl reboot")
        try await waitForBoot(after: before)
    }

    fileprivate func bootID() async throws -> String { try await run("cat /proc/sys/kernel/random/boot_id") }

    fileprivate func waitForBoot(after before: String) async throws {
        let start = ContinuousClock.now
        var now: Outcome?
        while start.duration(to: .now) < .seconds(900) {
            now = try? await attempt("cat /proc/sys/kernel/random/boot_id && docker version >/dev/null")
            if let now, now.status == 0, !now.output.hasPrefix(before) { return }
            try await Task.sleep(for: .milliseconds(500))
        }
        Issue.record("the machine did not come back within 15 minutes; its last answer: \(String(describing: now))")
    }
}
