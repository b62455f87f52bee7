import Testing

/// An end-to-end scenario: sets up the LAN, runs, cleans up, and expects the machine to be unchanged.
struct Scenario: Sendable {
    /// The options of a network on the LAN.
    static let lan = "--subnet 192.168.50.0/24 --gateway 192.168.50.1 -o parent=eth0"

    let machine: MachineFixture

    /// Runs a scenario.
    static func run(_ body: @Sendable (Scenario) async throws -> Void) async throws {
        let machine = try #require(MachineFixture.current, "no machine")
        let scenario = Scenario(machine: machine)
        try await scenario.layLAN()
        let before = try await scenario.inventory()
        try await withCleanUp({ try await body(scenario) }, cleanUp: scenario.cleanUp)
        try await scenario.expectNothingLeft(since: before)
    }

    /// Creates a network like a user. The parent's LAN is 192.168.50.0/24 and fd00:50::/64.
    func createNetwork(_ name: String, _ arguments: String) async throws {
        try await machine.run("docker network create -d swiftvlan \(arguments) \(name)")
    }

    /// Starts a container that keeps running.
    func startContainer(_ name: String, _ arguments: String) async throws -> Container {
        try await machine.run("docker run -d --name \(name) \(arguments) bb:1 sleep 3600")
        return try await container(name)
    }

    /// Starts a container and then connects it, with options that `docker run` of older engines lacks.
    func startConnected(_ name: String, to network: String, _ arguments: String) async throws -> Container {
        try await machine.run(
            """
            docker run -d --name \(name) --network none bb:1 sleep 3600 && docker network disconnect none \(name) &&
                docker network connect \(arguments) \(network) \(name)
            """)
        return try await container(name)
    }

    /// Returns a running container. After a restart, a container has another network namespace.
    func container(_ name: String) async throws -> Container {
        let pid = try await machine.run("docker inspect -f '{{.State.Pid}}' \(name)")
        return Container(machine: machine, name: name, pid: pid)
    }

    /// Returns the error of a `docker network create` that must be refused.
    func refusal(_ arguments: String) async throws -> String {
        let outcome = try await machine.attempt("docker network create -d swiftvlan \(arguments) refused")
        #expect(outcome.status != 0, "docker network create -d swiftvlan \(arguments) was not refused")
        return outcome.errors
    }

    /// Runs a command on the router, at the far end of the wire.
    @discardableResult
    func onRouter(_ command: String) async throws -> String {
        try await machine.run("ip netns exec router \(command)")
    }

    /// Returns whether the router reaches an address.
    func routerReaches(_ address: String) async throws -> Bool {
        try await machine.pings(address, with: "ip netns exec router", tries: 30)
    }

    /// Creates a VLAN at the far end of the wire, with addresses.
    func layVLAN(_ id: Int, _ addresses: String...) async throws {
        try await machine.run("ip -n router link add lan.\(id) link lan type vlan id \(id)")
        for address in addresses {
            try await machine.run(
                "ip -n router addr add \(address) dev lan.\(id)\(address.contains(":") ? " nodad" : "")")
        }
        try await machine.run("ip -n router link set lan.\(id) up")
    }

    /// Captures frames with link-level headers on a link of the router, the far end of the wire, during `body` and then until each text has
    /// appeared or a minute has passed.
    ///
    /// It uses no filter, because `vlan 50 and icmp and host …` matches nothing with libpcap 1.11.
    func captureOnWire(
        _ link: String = "lan", until texts: [String], while body: () async throws -> Void
    ) async throws -> String {
        let process = try await machine.run(
            """
            rm -f /run/wire; touch /run/wire
            timeout 300 ip netns exec router tcpdump -i \(link) -e -n -l -U >/run/wire 2>/run/wire.err </dev/null &
            echo $!
            for n in $(seq 600); do grep -q listening /run/wire.err && exit; sleep 0.1; done
            cat /run/wire.err >&2; exit 1
            """)
        try await body()
        let condition = texts.map { "grep -qF '\($0)' /run/wire" }.joined(separator: " && ")
        _ = try await machine.wait(seconds: 60, until: condition)
        return try await machine.run("kill \(process); cat /run/wire; rm -f /run/wire /run/wire.err")
    }

    /// Creates the wire if it is missing, as after a boot. The host's end is `eth0`, and the router's is `lan`.
    func layLAN() async throws {
        try await machine.run(
            """
            ip netns list | grep -q router || ip netns add router
            ip link show eth0 >/dev/null 2>&1 || ip link add eth0 type veth peer name lan netns router
            ip link set eth0 up
            ip -n router link set lo up
            ip -n router link set lan up
            ip -n router addr replace 192.168.50.1/24 dev lan
            ip -n router addr replace fd00:50::1/64 dev lan nodad
            ip -n router addr replace 203.0.113.1/32 dev lo
            docker image inspect bb:1 >/dev/null 2>&1 ||
                docker import -c 'ENV PATH=/bin' /usr/local/share/swiftvlan/busybox.tar bb:1
            """)
    }

    /// Removes all containers and networks.
    func removeAll() async throws {
        try await machine.run(
            "containers=$(docker ps -aq); [ -z \"$containers\" ] || docker rm -f $containers >/dev/null")
        // Check before the networks are removed, because that would remove the links too.
        if try await !endpointLinksAreGone() {
            Issue.record("a container's link is left: \(try await machine.run("ip -o link show"))")
        }
        try await machine.run(
            """
            networks=$(docker network ls -q --filter type=custom); [ -z "$networks" ] || docker network rm $networks >/dev/null
            """)
    }

    private func cleanUp() async throws {
        try await removeAll()
        try await machine.run(
            """
            for link in $(ip -n router -o link show type vlan 2>/dev/null | cut -d: -f2 | cut -d@ -f1); do
                ip -n router link del $link
            done
            for family in -4 -6; do ip -n router $family route flush proto static; done
            for family in -4 -6; do ip $family addr flush dev eth0 scope global; done
            """)
    }

    /// Returns whether all links of containers are gone from the host's namespace. The daemon removes them in the
    /// background.
    func endpointLinksAreGone() async throws -> Bool {
        try await machine.wait(seconds: 60, until: "! ip -o link show | cut -d: -f2 | grep '^ sv'")
    }

    private func inventory() async throws -> String {
        try await machine.run(
            """
            ip -o link show | cut -d: -f2 | cut -d@ -f1 | sort
            ip -o -d link show eth0 | grep -o -e '<[^>]*>' -e 'ether [^ ]*' -e 'promiscuity [0-9]*'
            ip route; ip -6 route; ip netns list; docker network ls -q --filter type=custom
            ls -A \(Records.networks) \(Records.endpoints) 2>/dev/null || true
            """)
    }

    private func expectNothingLeft(since before: String) async throws {
        var now = try await inventory()
        // The daemon removes links of endpoints in the background.
        let start = ContinuousClock.now
        while now != before, start.duration(to: .now) < .seconds(60) {
            try await Task.sleep(for: .milliseconds(100))
            now = try await inventory()
        }
        #expect(now == before, "something is left on the machine")
    }
}
