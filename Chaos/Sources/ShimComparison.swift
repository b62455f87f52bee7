import NetworkTypes
import RouteNetlink

/// Compares one shim with what the networks and endpoints of its parent need.
struct ShimComparison {
    /// A MAC address that no endpoint has.
    private static let stranger: [UInt8] = [0x06, 0, 0, 0, 0, 1]
    /// The most instructions of a filter for one MAC address, and besides.
    private static let (instructionsPerAddress, otherInstructions) = (3, 6)

    let shim: HostState.Shim
    let lower: LinkMessage
    let networks: [NetworkPlan]
    let state: HostState
    /// The endpoints that the host may reach, and those that it must reach.
    let allowed: [EndpointPlan]
    let needed: [EndpointPlan]

    var differences: [Difference] { link + addresses + neighbors + filter }

    private var name: String { shim.link.name }
    private var kind: NetworkKind { networks[0].kind }

    private var link: [Difference] {
        let link = shim.link
        let isRight =
            switch link.kind {
            case .macvlan(let settings): kind.mode == "bridge" && settings.mode == .bridge
            case .ipvlan(let settings): settings.mode?.rawValue == kind.mode
            default: false
            }
        let faults = [
            (name != "sh-\(lower.name)", "has the wrong name"), (!isRight, "is of the wrong kind"),
            (!link.isUp && lower.isUp, "is down"), (link.group != .default, "is in group \(link.group.rawValue)"),
            (link.mtu != lower.mtu, "has MTU \(link.mtu ?? 0)"),
        ]
        return faults.filter(\.0).map { missing("shim \(name) on \(lower.name) \($0.1)") }
    }

    /// The reserved addresses, and a copy of the host's own address for macvlan networks without one.
    private var addresses: [Difference] {
        let needsCopy = networks.contains { $0.kind.needsFilter && $0.hostAddress == nil }
        let copy = needsCopy ? state.ownAddress(of: lower) : nil
        let wanted = Set(networks.compactMap { $0.hostAddress.flatMap { IPAddress($0) } } + [copy].compactMap(\.self))
        let actual = Set(state.addresses(of: shim.link))
        return wanted.subtracting(actual).map { missing("shim \(name) lacks the address \($0)") }
            + actual.subtracting(wanted).map { orphan("shim \(name) has the address \($0) without need") }
    }

    private var neighbors: [Difference] {
        let actual = shim.neighbors.filter { $0.state == .permanent }
        func isFor(_ endpoint: EndpointPlan, _ neighbor: NeighborMessage) -> Bool {
            IPPrefix(endpoint.address)?.address == neighbor.address
                && endpoint.macAddress == neighbor.macAddress?.description
        }
        let wanted = needed.filter { $0.network.kind.hasNeighbors && state.source(of: $0.network, lower) != nil }
        return wanted.filter { endpoint in !actual.contains { isFor(endpoint, $0) } }
            .map { missing("shim \(name) lacks the neighbor \($0.address) of endpoint \($0.id.prefix(12))") }
            + shim.neighbors.filter { neighbor in !allowed.contains { isFor($0, neighbor) } }
            .map { Difference(kind: .access, description: "shim \(name) has a neighbor \($0.address) without need") }
    }

    private var filter: [Difference] {
        guard kind.needsFilter else {
            return shim.filters.map { _ in orphan("shim \(name) has a filter without need") }
        }
        guard let filter = shim.filters.first, shim.filters.count == 1, filter.isDirectAction else {
            return [missing("shim \(name) has \(shim.filters.count) filters")]
        }
        do {
            return try filterDifferences(FilterMachine(program: filter.program))
        } catch {
            return [missing("shim \(name): \(error)")]
        }
    }

    private func filterDifferences(_ machine: FilterMachine) throws -> [Difference] {
        // Containers on an ipvlan have their parent's MAC address.
        let hasOwn = kind.hasNeighbors
        let parent = lower.macAddress?.octets ?? []
        let (wanted, possible) = (hasOwn ? macs(needed) : [parent], hasOwn ? macs(allowed) : [parent])
        var found = try wanted.filter { try !machine.passes(from: $0) }
            .map { missing("the filter of shim \(name) drops what \($0) sends") }
        for other in hasOwn ? [Self.stranger, parent] : [Self.stranger] where try machine.passes(from: other) {
            found.append(missing("the filter of shim \(name) lets \(other) pass"))
        }
        let limit = possible.count * Self.instructionsPerAddress + Self.otherInstructions
        if machine.program.count > limit {
            found.append(orphan("the filter of shim \(name) is for more than \(possible.count) MAC addresses"))
        }
        return found
    }

    private func macs(_ endpoints: [EndpointPlan]) -> [[UInt8]] {
        endpoints.compactMap { $0.macAddress.flatMap { MACAddress($0) }?.octets }
    }

    private func missing(_ text: String) -> Difference { Difference(kind: .missing, description: text) }
    private func orphan(_ text: String) -> Difference { Difference(kind: .orphan, description: text) }
}
