import Glibc
import NetworkTypes
import RouteNetlink
import TestSupport

/// Compares the daemon's records and the kernel with the answers that the daemon gave.
struct Comparison {
    /// The limit for repairs, in seconds. An idle machine takes less than one, and the limit allows for a busy one. It is
    /// well below the minute between full sweeps, so a repair in time shows that the daemon noticed the change.
    static let repairLimit = 20.0

    let records: RecordDirectories
    let log: Log
    let tally: Tally

    /// The current differences.
    func differences(_ expected: Expectation, _ host: inout Host) throws -> [Difference] {
        let state = try HostState(reading: &host)
        let (networks, endpoints) = (records.networks, records.endpoints)
        let known = expected.networks.merging(expected.uncertainNetworks) { $1 }
        let recorded = networks.compactMap { known[$0] }
        tally.add(\.records, networks.count + endpoints.count)
        return Self.differences(about: networks, expected, known)
            + Self.differences(about: endpoints, expected)
            + recorded.flatMap { Self.missing(of: $0, state.links) }
            + Self.orphans(state.links, recorded, endpoints)
            + HostAccessComparison(state, recorded, expected, endpoints).differences
    }

    /// Expects that nothing is lost or missing right after a start. Only a link with the name of an orphan that is
    /// being removed may be missing for a moment.
    func checkStart(_ expected: Expectation, _ host: inout Host) throws {
        try require(expected, within: 0, of: [.lostNetwork, .lostEndpoint], &host)
        let limit = log.sinceStart.contains { $0.contains("that an earlier run left") } ? Self.repairLimit : 0
        try require(expected, within: limit, of: [.missing], &host)
    }

    /// Waits until there are no differences, and throws those that remain after the limit.
    func require(
        _ expected: Expectation, within seconds: Double, of kinds: Set<Difference.Kind>? = nil, _ host: inout Host
    ) throws {
        let start = ContinuousClock.now
        var found: [Difference] = []
        repeat {
            found = try differences(expected, &host).filter { kinds?.contains($0.kind) ?? true }
            if found.isEmpty { return }
            usleep(30_000)
        } while (.now - start).seconds < seconds
        for difference in found {
            switch difference.kind {
            case .lostNetwork: tally.add(\.lostNetworks)
            case .orphan, .access: tally.add(\.orphans)
            case .lostEndpoint, .missing: break
            }
        }
        let list = found.map { "  \($0)" }.joined(separator: "\n")
        throw ChaosError("differences remain after \(seconds.text) seconds:\n\(list)")
    }

    private static func differences(
        about networks: Set<String>, _ expected: Expectation, _ known: [String: NetworkPlan]
    ) -> [Difference] {
        expected.networks.values.filter { !networks.contains($0.id) }
            .map { Difference(kind: .lostNetwork, description: "\($0) has no record") }
            + networks.filter { known[$0] == nil }
            .map { Difference(kind: .orphan, description: "deleted network \($0.prefix(12)) has a record") }
    }

    private static func differences(about endpoints: Set<String>, _ expected: Expectation) -> [Difference] {
        expected.endpoints.subtracting(endpoints)
            .map { Difference(kind: .lostEndpoint, description: "endpoint \($0.prefix(12)) has no record") }
            + endpoints.subtracting(expected.endpoints).subtracting(expected.uncertainEndpoints)
            .map { Difference(kind: .orphan, description: "deleted endpoint \($0.prefix(12)) has a record") }
    }

    /// Missing links of a recorded network, except its shim.
    private static func missing(of plan: NetworkPlan, _ links: [LinkMessage]) -> [Difference] {
        plan.ownLinks.filter { wanted in !links.contains { $0.matches(wanted, links) } }
            .map { Difference(kind: .missing, description: "\(plan) has no link \($0.name), or a wrong one") }
    }

    /// Links with the daemon's alias, name or group, but without a record.
    private static func orphans(
        _ links: [LinkMessage], _ recorded: [NetworkPlan], _ endpoints: Set<String>
    ) -> [Difference] {
        let wanted = Set(recorded.flatMap(\.ownLinks).map(\.name)).union(recorded.compactMap(\.shimName))
        return links.filter { link in
            let isOurs =
                link.alias?.hasPrefix("swiftvlan ") == true || link.name.hasPrefix("sv") || link.name.hasPrefix("sd-")
                || link.name.hasPrefix("sh-")
                || link.group != .default
            guard isOurs, !wanted.contains(link.name) else { return false }
            guard let id = link.alias?.split(separator: " ").last, link.alias?.contains(" endpoint ") == true else {
                return true
            }
            return !endpoints.contains(String(id))
        }
        .map { link in
            let (alias, group) = (link.alias ?? "none", link.group.rawValue)
            return Difference(
                kind: .orphan, description: "link \(link.name) (alias \"\(alias)\", group \(group)) has no record")
        }
    }
}

extension LinkMessage {
    /// Whether this is the wanted link, by alias, kind and lower link.
    fileprivate func matches(_ wanted: NetworkPlan.OwnLink, _ links: [LinkMessage]) -> Bool {
        guard name == wanted.name, alias == wanted.alias, group == .default else { return false }
        guard let vlan = wanted.vlan else { return kind == .dummy }
        guard case .vlan(let settings) = kind, settings.rawID == vlan.number else { return false }
        return links.contains { $0.index == lowerIndex && $0.name == vlan.lower }
    }
}
