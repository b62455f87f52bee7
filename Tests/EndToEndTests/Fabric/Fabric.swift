import Foundation
import Testing

/// The hosts of `lab/fabric`: each has Docker Engine, swiftvlan and a routing daemon, and one cable to the router.
///
/// A test starts from hosts without networks and containers, and leaves them so.
struct Fabric: Sendable {
    let machine: MachineFixture

    /// A machine of the fabric, by the name that `fabric on` has for it.
    enum Node: String, Sendable, CaseIterable { case host1, host2, tor, station }

    static let hosts: [Node] = [.host1, .host2]

    /// The station's addresses, which only the router's LAN has.
    static let station = ["192.168.99.10", "fd99::10"]

    /// Runs a test in the fabric, and removes what it created from the hosts.
    static func run(_ body: (Fabric) async throws -> Void) async throws {
        let fabric = Fabric(machine: try #require(MachineFixture.current))
        try await withCleanUp {
            try await body(fabric)
        } cleanUp: {
            for host in hosts { try await fabric.clear(host) }
        }
    }

    /// Runs a shell command on a node; it must succeed. Returns its output without the final newline.
    @discardableResult
    func on(_ node: Node, _ shell: String) async throws -> String { try await machine.run(Self.command(node, shell)) }

    /// Runs a shell command on a node, and returns its outcome.
    func attempt(on node: Node, _ shell: String) async throws -> MachineFixture.Outcome {
        try await machine.attempt(Self.command(node, shell))
    }

    private static func command(_ node: Node, _ shell: String) -> String {
        "fabric on \(node.rawValue) sh -s <<'END OF COMMAND'\n\(shell)\nEND OF COMMAND"
    }

    /// Starts routing on the router and the hosts: a session and the hosts' daemon, as in `fabric routing`. Does nothing
    /// if they run already.
    func route(by session: Session) async throws {
        try await machine.run(
            """
            [ "$(cat /run/fabric/routing)" = "\(session)" ] || fabric routing \(session)
            """)
    }

    /// How the hosts and the router exchange routes.
    struct Session: Sendable, CustomStringConvertible, CustomTestStringConvertible {
        let description: String
        var testDescription: String { description }

        static let unnumbered = Session(description: "unnumbered frr")
        static let every = ["frr", "bird"].flatMap { daemon in
            ["unnumbered", "numbered", "ospf"].map { Session(description: "\($0) \(daemon)") }
        }
    }

    /// Creates an ipvlan `l3` network on a host; its parent is the host's cable.
    func createNetwork(_ name: String, on host: Node, _ options: String) async throws {
        try await on(host, "docker network create -d swiftvlan -o parent=eth0 -o mode=l3 \(options) \(name)")
    }

    /// Starts a container that only sleeps.
    func startContainer(_ name: String, on host: Node, _ options: String) async throws -> FabricContainer {
        try await on(host, "docker run -d --name \(name) \(options) bb:1 sleep 36000")
        let text = try await on(
            host,
            "docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{.GlobalIPv6Address}}{{end}}' \(name)"
        )
        return FabricContainer(
            fabric: self, host: host, name: name, addresses: text.split(separator: " ").map(String.init))
    }

    /// The router's routes to single addresses and subnets of containers, as `DESTINATION swpN`.
    func learnedRoutes() async throws -> Set<String> {
        let text = try await on(.tor, "ip route show; ip -6 route show")
        return Set(
            text.split(separator: "\n").compactMap { line in
                let words = line.split(separator: " ")
                guard let place = words.firstIndex(of: "dev"), line.contains(/proto (bgp|ospf)/) else { return nil }
                return "\(words[0]) \(words[place + 1])"
            })
    }

    /// Waits up to two minutes until the router has exactly these routes to containers, and returns those it has then.
    func awaitLearnedRoutes(_ expected: Set<String>) async throws -> Set<String> {
        var found = try await learnedRoutes()
        let clock = ContinuousClock()
        let end = clock.now + .seconds(120)
        while found != expected, clock.now < end {
            try await Task.sleep(for: .milliseconds(200))
            found = try await learnedRoutes()
        }
        return found
    }

    /// Returns whether a node gets an answer from an address within a minute; with a VRF, by that VRF's routes.
    func reaches(_ address: String, from node: Node, in vrf: String? = nil, tries: Int = 60) async throws -> Bool {
        try await machine.pings(
            address, vrf.map { "-I \($0)" } ?? "", with: "fabric on \(node.rawValue)", tries: tries)
    }

    /// Removes all containers and networks of a host, which may be without power.
    private func clear(_ host: Node) async throws {
        try await machine.run("[ -s /run/fabric/\(host.rawValue).pid ] || fabric boot \(host.rawValue)")
        try await on(
            host,
            """
            docker ps -aq | xargs -r docker rm -f >/dev/null
            docker network ls -q --filter driver=swiftvlan | xargs -r docker network rm >/dev/null
            """)
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a suite unless the tests were started in `lab/fabric`.
    static var inFabric: Self {
        .enabled(
            if: ProcessInfo.processInfo.environment["SWIFTVLAN_FABRIC"] != nil && MachineFixture.current != nil,
            "SWIFTVLAN_FABRIC is not set: use make test-fabric")
    }
}
