import Glibc
import TestSupport

/// Records of which only the beginning is there, as a disk may leave them: cut off at every length.
struct TornRecords: Scenario {
    static let name = "torn-records"

    /// Networks whose records are cut off, each start at another length, and those whose are whole.
    private static let (tornCount, wholeCount) = (6, 2)

    private let run: Run

    init(_ run: Run) {
        self.run = run
    }

    func perform(_ host: inout Host) throws -> String {
        var generator = SeededGenerator(seed: run.seed)
        let kinds = run.kinds.filter { $0 != .passthru }
        let networks = (0..<Self.tornCount + Self.wholeCount).map { number in
            NetworkPlan(id: generator.identifier(), kind: kinds[number % kinds.count], number: number)
        }
        let (torn, whole) = (Array(networks.prefix(Self.tornCount)), Array(networks.suffix(Self.wholeCount)))
        try run.daemon.start()
        let client = run.client()
        for network in networks { try client.succeed(.createNetwork(network)) }

        let longest = try networks.map { try length(ofRecord: $0) }.max() ?? 0
        var lengths = Array(0..<longest).shuffled(using: &generator)
        if let samples = run.extent.samples { lengths = Array(lengths.prefix(samples)) }
        let clock = ContinuousClock()
        let start = clock.now
        var (starts, cuts) = (0, 0)
        while !lengths.isEmpty, (clock.now - start).seconds < run.extent.limit {
            let some = Array(lengths.prefix(torn.count))
            lengths.removeFirst(some.count)
            cuts += try attempt(Array(zip(torn, some)), whole, &generator, &host)
            starts += 1
        }
        let last = run.client()
        for network in networks { try last.succeed(.deleteNetwork(network)) }
        try run.comparison.require(.nothing, within: Self.orphanLimit, &host)
        try run.daemon.stop()
        return "\(cuts) records cut off over \(starts) starts, the longest has \(longest) bytes"
    }

    private func length(ofRecord network: NetworkPlan) throws -> Int {
        try readTextFile(run.daemon.records.file(ofNetwork: network.id)).utf8.count
    }

    /// Cuts records off, and starts the daemon upon them; returns how many were cut off.
    private func attempt(
        _ torn: [(network: NetworkPlan, length: Int)], _ whole: [NetworkPlan], _ generator: inout SeededGenerator,
        _ host: inout Host
    ) throws -> Int {
        try run.daemon.kill()
        var cut: [NetworkPlan] = []
        for (network, wanted) in torn where try wanted < length(ofRecord: network) {
            let path = run.daemon.records.file(ofNetwork: network.id)
            guard truncate(path, off_t(wanted)) == 0 else { throw CallError(call: "truncate(\(path))") }
            run.daemon.log.note("\(path) cut off at \(wanted) bytes")
            run.tally.add(\.faults)
            cut.append(network)
        }
        let lines = run.daemon.log.lines.count
        try run.daemon.start()
        try checkSetAside(cut, logLines: run.daemon.log.lines.dropFirst(lines))
        let expected = Expectation(networks: Dictionary(uniqueKeysWithValues: whole.map { ($0.id, $0) }))
        try run.comparison.checkStart(expected, &host)
        try use(whole, &generator, &host)
        let client = run.client()
        for (network, _) in torn { try client.succeed(.createNetwork(network)) }
        let all = Dictionary(uniqueKeysWithValues: (whole + torn.map(\.network)).map { ($0.id, $0) })
        try run.comparison.checkStart(Expectation(networks: all), &host)
        try removeSetAside()
        return cut.count
    }

    /// Makes sure that what cannot be read is kept and named. A record that lacks its last line break may be read.
    private func checkSetAside(_ cut: [NetworkPlan], logLines: ArraySlice<Substring>) throws {
        let (names, recorded) = (run.daemon.records.setAside, run.daemon.records.networks)
        for network in cut where !recorded.contains(network.id) {
            guard names.contains(where: { $0.contains(network.id) }) else {
                throw ChaosError("the cut off record of \(network) is not set aside; what is: \(names)")
            }
            guard logLines.contains(where: { $0.contains(network.id) }) else {
                throw ChaosError("the log does not name the record of \(network), which was set aside")
            }
        }
    }

    private func use(_ networks: [NetworkPlan], _ generator: inout SeededGenerator, _ host: inout Host) throws {
        let client = run.client()
        for network in networks {
            let endpoint = EndpointPlan(id: generator.identifier(), network: network, host: 5)
            try client.succeed(.createEndpoint(endpoint))
            try client.succeed(.join(endpoint))
            try client.succeed(.leave(endpoint))
            try client.succeed(.deleteEndpoint(endpoint))
        }
    }

    private func removeSetAside() throws {
        for name in run.daemon.records.setAside {
            let path = "\(run.daemon.records.state)/set-aside/\(name)"
            guard unlink(path) == 0 else { throw CallError(call: "unlink(\(path))") }
        }
    }
}
