import TestSupport

/// The disk with the daemon's records is full, and then read-only.
struct FullDisk: Scenario {
    static let name = "full-disk"

    private static let attempts = 50

    private let run: Run
    private let client: Client

    init(_ run: Run) {
        self.run = run
        client = run.client()
    }

    func perform(_ host: inout Host) throws -> String {
        var generator = SeededGenerator(seed: run.seed)
        let disk = try MemoryDisk(on: run.daemon.records.state, kilobytes: 128)
        // It must not be in use any more when it is unmounted.
        defer { run.daemon.dispose() }
        try run.daemon.start()
        let kinds = run.kinds.filter { $0 != .passthru }
        var networks = kinds.enumerated().map { number, kind in
            NetworkPlan(id: generator.identifier(), kind: kind, number: number)
        }
        for network in networks { try client.succeed(.createNetwork(network)) }

        try disk.fill()
        run.tally.add(\.faults)
        networks += try createUntilRefused(from: networks.count, kinds, &generator, &host)
        try check(networks, "on a full disk", &generator, &host)
        try client.succeed(.deleteNetwork(networks.removeLast()))
        try disk.fill()
        try restart(networks, &host)
        try check(networks, "after a start on a full disk", &generator, &host)
        try disk.clear()
        let late = NetworkPlan(id: generator.identifier(), kind: .macvlan, number: 200)
        try run.client().succeed(.createNetwork(late))
        networks.append(late)

        let text = try beReadOnly(disk, &networks, &generator, &host)
        let last = run.client()
        for network in networks { try last.succeed(.deleteNetwork(network)) }
        try run.comparison.require(.nothing, within: Self.orphanLimit, &host)
        try run.daemon.stop()
        return text
    }

    /// Makes networks until there is no more room for a record; returns those that were made.
    private func createUntilRefused(
        from first: Int, _ kinds: [NetworkKind], _ generator: inout SeededGenerator, _ host: inout Host
    ) throws -> [NetworkPlan] {
        var made: [NetworkPlan] = []
        for number in first..<first + Self.attempts {
            let network = NetworkPlan(id: generator.identifier(), kind: kinds[number % kinds.count], number: number)
            switch try client.make(.createNetwork(network)) {
            case .answered: made.append(network)
            case .refused: return made
            case .lost, .unreachable: throw ChaosError("the daemon does not answer on a full disk")
            }
        }
        throw ChaosError("the daemon makes networks although there is no room for their records")
    }

    private func expectation(_ networks: [NetworkPlan]) -> Expectation {
        Expectation(networks: Dictionary(uniqueKeysWithValues: networks.map { ($0.id, $0) }))
    }

    /// Makes sure that nothing is lost and that containers start.
    private func check(
        _ networks: [NetworkPlan], _ when: String, _ generator: inout SeededGenerator, _ host: inout Host
    ) throws {
        run.daemon.log.note("compared \(when)")
        try run.comparison.require(expectation(networks), within: Self.orphanLimit, &host)
        let client = run.client()
        for network in networks.prefix(3) {
            let endpoint = EndpointPlan(id: generator.identifier(), network: network, host: 5)
            for call in [Call.createEndpoint(endpoint), .join(endpoint)] { try client.succeed(call) }
            let container = try Container(endpoint, &host)
            try client.succeed(.leave(endpoint))
            try container.returnLink()
            try client.succeed(.deleteEndpoint(endpoint))
        }
    }

    private func restart(_ networks: [NetworkPlan], _ host: inout Host) throws {
        try run.daemon.kill()
        try run.daemon.start()
        try run.comparison.checkStart(expectation(networks), &host)
    }

    private func beReadOnly(
        _ disk: MemoryDisk, _ networks: inout [NetworkPlan], _ generator: inout SeededGenerator, _ host: inout Host
    ) throws -> String {
        if try !disk.setReadOnly(true) {
            // Somebody who has a file open there for writing is in the way: the daemon itself.
            try run.daemon.kill()
            guard try disk.setReadOnly(true) else { throw ChaosError("the disk cannot be made read-only") }
            try run.daemon.start()
        }
        run.tally.add(\.faults)
        let client = run.client()
        let refused = NetworkPlan(id: generator.identifier(), kind: .macvlan, number: 201)
        guard case .refused(let reason) = try client.make(.createNetwork(refused)) else {
            throw ChaosError("the daemon makes a network although its record cannot be written")
        }
        try check(networks, "on a disk that is read-only", &generator, &host)
        // The engine forgets a network whatever it is answered. Whether the record goes now or at the next call is open.
        let removed = networks.removeLast()
        let outcome = try client.make(.deleteNetwork(removed))
        try run.daemon.kill()
        try run.daemon.start()
        guard try disk.setReadOnly(false) else { throw ChaosError("the disk cannot be made writable") }
        try run.client().succeed(.deleteNetwork(removed))
        try check(networks, "on a disk that is writable again", &generator, &host)
        let answer =
            switch outcome {
            case .answered: "answered"
            case .refused(let reason): "refused with \"\(reason)\""
            case .lost, .unreachable: "lost"
            }
        return "read-only: CreateNetwork refused with \"\(reason)\", DeleteNetwork \(answer)"
    }
}
