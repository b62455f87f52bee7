import Glibc
import NetworkTypes
import RouteNetlink
import TestSupport

/// Creates endpoints with addresses that another host of the LAN has, and kills the daemon while it asks.
struct Conflicts: Scenario {
    static let name = "conflicts"

    /// The last number of the address that the other host has.
    private static let taken = 66
    /// The limit for the record of a conflict that is only noted, in seconds: ten times the second of waiting for answers.
    private static let noteLimit = 10.0
    /// Fault points to try beyond those that a refused call passed.
    private static let margin = 2

    /// A fault point of the creation of an endpoint in a network.
    private struct Point {
        let network: NetworkPlan
        let distance: Int
    }

    let run: Run

    func perform(_ host: inout Host) throws -> String {
        var generator = SeededGenerator(seed: run.seed)
        try run.daemon.start()
        let kinds = run.kinds.filter { [.macvlan, .hostMacvlan, .ipvlan].contains($0) }
        var networks: [NetworkPlan] = []
        var points: [Point] = []
        for (number, kind) in kinds.enumerated() {
            // Of three consecutive numbers, the first warns of conflicts, the second refuses them, the third does not ask.
            for check in 0..<3 {
                let network = NetworkPlan(id: generator.identifier(), kind: kind, number: 3 * number + check)
                try run.client().succeed(.createNetwork(network))
                try take(network.address(Self.taken), on: kind.parent, &host)
                networks.append(network)
            }
            let network = networks[3 * number + 1]
            let before = run.daemon.passages
            try expectRefusal(in: network, &generator, &host)
            let passed = Int(run.daemon.passages - before)
            points += (1...passed + Self.margin).map { Point(network: network, distance: $0) }
            try expectNote(in: networks[3 * number], &generator, &host)
            try run.client().runContainer(in: networks[3 * number + 2], address: Self.taken, &generator, &host)
        }
        points.shuffle(using: &generator)
        let summary = try run.attempts(at: points) { point, _ in
            try attempt(point, networks, &generator, &host)
        }
        try finish(deleting: networks, &host)
        return summary
    }

    /// Gives an address to another host of a parent's LAN.
    private func take(_ address: String, on parent: String, _ host: inout Host) throws {
        try host.withinLAN { other in try other.addAddress(address, to: Host.otherEnd(parent)) }
    }

    /// Creates an endpoint with the other host's address, which must be refused, and leave nothing.
    private func expectRefusal(
        in network: NetworkPlan, _ generator: inout SeededGenerator, _ host: inout Host
    ) throws {
        let endpoint = EndpointPlan(id: generator.identifier(), network: network, host: Self.taken)
        let outcome = try run.client().make(.createEndpoint(endpoint))
        guard case .refused(let reason) = outcome else {
            throw ChaosError("an endpoint with the address of another host was not refused: \(outcome)")
        }
        let parent = network.kind.parent
        let mac = try host.withinLAN { other in try other.link(Host.otherEnd(parent))?.macAddress?.description ?? "" }
        guard reason.contains(mac), reason.contains(String(endpoint.address.prefix { $0 != "/" })) else {
            throw ChaosError("the refusal does not name the address and \(mac): \(reason)")
        }
        guard !run.daemon.records.endpoints.contains(endpoint.id) else {
            throw ChaosError("a refused endpoint has a record")
        }
    }

    /// Creates an endpoint with the other host's address, which must be accepted, and expects a note of the conflict.
    private func expectNote(
        in network: NetworkPlan, _ generator: inout SeededGenerator, _ host: inout Host
    ) throws {
        let endpoint = EndpointPlan(id: generator.identifier(), network: network, host: Self.taken)
        let client = run.client()
        try client.succeed(.createEndpoint(endpoint))
        try client.succeed(.join(endpoint))
        let path = run.daemon.records.file(ofEndpoint: endpoint.id)
        let start = ContinuousClock.now
        while ((try? readTextFile(path)) ?? "").contains("conflicts") == false {
            guard (.now - start).seconds < Self.noteLimit else {
                throw ChaosError("the record of an endpoint does not note that another host has its address")
            }
            usleep(10_000)
        }
        try client.succeed(.leave(endpoint))
        try client.succeed(.deleteEndpoint(endpoint))
    }

    /// Kills the daemon at a point of an endpoint's creation. Returns false if the call ended before the point.
    private func attempt(
        _ point: Point, _ networks: [NetworkPlan], _ generator: inout SeededGenerator, _ host: inout Host
    ) throws -> Bool {
        let endpoint = EndpointPlan(id: generator.identifier(), network: point.network, host: Self.taken)
        run.daemon.arm(point.distance)
        let outcome = try run.client().make(.createEndpoint(endpoint))
        let isKilled = try run.daemon.disarm()
        switch outcome {
        case .refused: break
        case .lost where isKilled: break
        case .answered, .lost, .unreachable: throw ChaosError("a conflict was answered with \(outcome)")
        }
        guard isKilled else { return false }
        try Recovery(run: run).start(&generator)
        var expected = Expectation(networks)
        expected.uncertainEndpoints = [endpoint.id]
        try run.comparison.checkStart(expected, &host)
        // The record of the endpoint, if it was written, is removed as lost.
        if generator.isOne(of: 8) { try run.comparison.require(Expectation(networks), within: Self.orphanLimit, &host) }
        try expectRefusal(in: point.network, &generator, &host)
        try run.client().runContainer(in: point.network, &generator, &host)
        return true
    }
}
