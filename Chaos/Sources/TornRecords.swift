import Glibc
import TestSupport

/// Truncates records at every length, as a failing disk may.
struct TornRecords: Scenario {
    static let name = "torn-records"

    /// The numbers of networks with truncated and with complete records.
    private static let (tornCount, wholeCount) = (6, 2)

    let run: Run

    func perform(_ host: inout Host) throws -> String {
        var generator = SeededGenerator(seed: run.seed)
        try run.daemon.start()
        let networks = try run.createNetworks(
            of: run.sharedKinds.shuffled(using: &generator), count: Self.tornCount + Self.wholeCount, &generator)
        let (torn, whole) = (Array(networks.prefix(Self.tornCount)), Array(networks.suffix(Self.wholeCount)))

        let longest = try networks.map { try length(ofRecord: $0) }.max() ?? 0
        var lengths = Array(0..<longest).shuffled(using: &generator)
        if let samples = run.extent.samples { lengths = Array(lengths.prefix(samples)) }
        let start = ContinuousClock.now
        var (starts, cuts) = (0, 0)
        while !lengths.isEmpty, (.now - start).seconds < run.extent.limit {
            let some = Array(lengths.prefix(torn.count))
            lengths.removeFirst(some.count)
            cuts += try attempt(Array(zip(torn, some)), whole, &generator, &host)
            starts += 1
        }
        try finish(deleting: networks, &host)
        return "\(cuts) records truncated in \(starts) starts; the longest record has \(longest) bytes"
    }

    private func length(ofRecord network: NetworkPlan) throws -> Int {
        try readTextFile(run.daemon.records.file(ofNetwork: network.id)).utf8.count
    }

    /// Truncates records and starts the daemon with them. Returns how many were truncated.
    private func attempt(
        _ torn: [(network: NetworkPlan, length: Int)], _ whole: [NetworkPlan], _ generator: inout SeededGenerator,
        _ host: inout Host
    ) throws -> Int {
        try run.daemon.kill()
        var cut: [NetworkPlan] = []
        for (network, wanted) in torn where try wanted < length(ofRecord: network) {
            let path = run.daemon.records.file(ofNetwork: network.id)
            guard truncate(path, off_t(wanted)) == 0 else { throw CallError(call: "truncate(\(path))") }
            run.daemon.log.note("\(path) was truncated to \(wanted) bytes")
            run.tally.add(\.faults)
            cut.append(network)
        }
        let lines = run.daemon.log.lines.count
        try run.daemon.start()
        try checkSetAside(cut, logLines: run.daemon.log.lines.dropFirst(lines))
        try run.comparison.checkStart(Expectation(whole), &host)
        let client = run.client()
        for network in whole { try client.runContainer(in: network, &generator, &host) }
        for (network, _) in torn { try client.succeed(.createNetwork(network)) }
        try run.comparison.checkStart(Expectation(whole + torn.map(\.network)), &host)
        try removeSetAside()
        return cut.count
    }

    /// Expects unreadable records to be set aside and logged. A record without its final newline may still be readable.
    private func checkSetAside(_ cut: [NetworkPlan], logLines: ArraySlice<Substring>) throws {
        let (names, recorded) = (run.daemon.records.setAside, run.daemon.records.networks)
        for network in cut where !recorded.contains(network.id) {
            guard names.contains(where: { $0.contains(network.id) }) else {
                throw ChaosError("the truncated record of \(network) was not set aside; these were: \(names)")
            }
            guard logLines.contains(where: { $0.contains(network.id) }) else {
                throw ChaosError("the log does not mention the record of \(network), which was set aside")
            }
        }
    }

    private func removeSetAside() throws {
        for name in run.daemon.records.setAside {
            let path = "\(run.daemon.records.state)/set-aside/\(name)"
            guard unlink(path) == 0 else { throw CallError(call: "unlink(\(path))") }
        }
    }
}
