import NetworkTypes

// The steps from a shim as it is to the shim as it should be.

/// The steps that change what a shim has.
struct ShimSteps {
    /// What is missing: the filter first, neighbors before routes.
    var additions: [Step] = []
    /// What nothing needs: an address last, after the routes that had it as their source were replaced.
    var removals: [Step] = []
}

extension HostAccessPlanner {
    /// Returns the steps that create a shim, set it up, or raise its MTU to its parent's.
    ///
    /// The kernel lowers its MTU with the parent's, but does not raise it again (`macvlan_device_event` in
    /// drivers/net/macvlan.c).
    func linkSteps(_ plan: ShimPlan) throws(DriverError) -> [Step] {
        guard let shim = try host.shim(on: plan.parent) else {
            let name = try freeName(on: plan.parent)
            return [
                .create(
                    .shim(
                        HostLinkPlan(
                            name: name,
                            kind: .shim(plan.attachment, parent: plan.parent, sources: plan.sources), owner: .shim)))
            ]
        }
        var steps: [Step] = shim.generatesAddress == true ? [.setAddressGeneration(false, of: shim)] : []
        if !shim.isUp { steps.append(.setUp(shim)) }
        if let mtu = shim.mtu, let wanted = plan.parent.mtu, mtu < wanted { steps.append(.setMTU(wanted, of: shim)) }
        return steps
    }

    /// Returns the steps that give a shim what its plan wants, and remove the rest.
    ///
    /// While a network's record is unreadable, nothing is removed, because its containers may need it.
    func contentSteps(_ plan: ShimPlan, on shim: HostLink) throws(DriverError) -> ShimSteps {
        var steps = ShimSteps()
        if let wanted = plan.sources {
            let former = try host.sources(of: shim)
            if former != wanted { steps.additions.append(.setSources(wanted, of: shim, former: former)) }
        }
        let present = Set(try addresses(of: shim).filter { !$0.isLinkLocal })
        steps.additions += plan.addresses.subtracting(present).sorted(by: IPAddress.precedes).map {
            .addAddress($0, to: shim)
        }
        let neighbors = try host.neighbors(on: shim)
        let known = Dictionary(neighbors.map { ($0.address, $0) }, uniquingKeysWith: { $1 })
        for (address, macAddress) in plan.neighbors.sorted(by: { IPAddress.precedes($0.key, $1.key) })
        where known[address]?.macAddress != macAddress {
            steps.additions.append(.addNeighbor(HostNeighbor(address, at: macAddress, on: shim.index)))
        }
        try addRoutes(of: plan, over: shim, &steps)
        guard registry.unreadable.isEmpty else { return ShimSteps(additions: steps.additions) }
        steps.removals += try unneededRoutes(plan, over: shim).map { .removeRoute($0) }
        steps.removals += neighbors.filter { plan.neighbors[$0.address] == nil }.map { .removeNeighbor($0) }
        steps.removals += addressRemovals(plan, present, on: shim)
        return steps
    }

    private func addRoutes(of plan: ShimPlan, over shim: HostLink, _ steps: inout ShimSteps) throws(DriverError) {
        let planner = HostRoutePlanner(host: host, registry: registry, absent: absent)
        for (destination, source) in plan.ways.sorted(by: { IPAddress.precedes($0.key.address, $1.key.address) }) {
            let wanted = HostRoute(to: destination, over: shim.index, from: source)
            var others = try host.ownRoutes(to: destination, in: .main)
            if others.remove(wanted) == nil {
                if try planner.isUsed(others, byOtherThan: plan.networks, besides: plan.parent) { continue }
                let former = others.first { $0.linkIndex == shim.index } ?? others.first
                if let former { others.remove(former) }
                steps.additions.append(.replaceRoute(wanted, former: former))
            }
            guard try !planner.isUsed(others, byOtherThan: plan.networks, besides: plan.parent) else { continue }
            steps.removals += others.map { .removeRoute($0) }
        }
    }

    /// Returns the routes over a shim that it does not need, except those that move to the parent.
    private func unneededRoutes(_ plan: ShimPlan, over shim: HostLink) throws(DriverError) -> [HostRoute] {
        let unplanned = try host.ownRoutes(over: shim).filter { plan.ways[$0.destination] == nil }
        // Finding what moves compares the parent with all networks, so a round without changes does not.
        guard !unplanned.isEmpty else { return [] }
        let needs = HostRouteNeeds(registry: registry, absent: absent)
        let moving = Set(
            needs.destinations(of: try host.networks(on: ParentPlace(plan.parent), registry)).values.joined())
        return unplanned.filter { !moving.contains($0.destination) }
    }

    /// Returns the steps that remove addresses which a shim does not need.
    ///
    /// With a link's last IPv4 address, the kernel removes all IPv4 routes over it (`fib_disable_ip` in
    /// net/ipv4/fib_frontend.c), so those that stay are added again.
    func addressRemovals(_ plan: ShimPlan, _ present: Set<IPAddress>, on shim: HostLink) -> [Step] {
        let unneeded = present.subtracting(plan.addresses).sorted(by: IPAddress.precedes)
        var steps: [Step] = unneeded.map { .removeAddress($0, from: shim) }
        let hadIPv4 = unneeded.contains { $0.family == .ipv4 }
        if hadIPv4, !plan.addresses.contains(where: { $0.family == .ipv4 }) {
            steps += plan.routes(over: shim).filter { $0.destination.family == .ipv4 }.map {
                .replaceRoute($0, former: $0)
            }
        }
        return steps
    }

    /// Returns a name for the shim on a parent that no other link has, such as the shim of a parent that was renamed.
    private func freeName(on parent: HostLink) throws(DriverError) -> InterfaceName {
        for attempt in 0..<16 {
            guard let name = LinkNames.shim(on: parent.name, attempt: attempt) else { continue }
            if try host.usableLink(named: name) == nil { return name }
        }
        throw .noShimName(parent: parent.name)
    }

    // MARK: One endpoint or network

    /// Returns the steps that let the host reach an endpoint through an existing shim.
    ///
    /// Reads nothing of what the shim has for other endpoints.
    func joinSteps(
        of endpoint: Endpoint, in network: Network, on parent: HostLink, over shim: HostLink
    ) throws(DriverError) -> [Step] {
        guard network.routesEachEndpoint else { return [] }
        var steps: [Step] = []
        if network.attachment.hasOwnMACAddresses, let macAddress = endpoint.macAddress {
            let joined = joinedEndpoints(of: try networks(on: parent)).values.joined().filter { $0.id != endpoint.id }
            let former = Set(joined.compactMap(\.macAddress))
            if former.count >= HostLimits.shimSources, !former.contains(macAddress) {
                throw .tooManyEndpoints(parent: parent.name)
            }
            steps.append(.setSources(former.union([macAddress]), of: shim, former: former))
        }
        for address in endpoint.addresses.map(\.address) {
            guard let source = try source(address.family, of: network, on: parent) else { continue }
            if network.attachment.hasOwnMACAddresses, let macAddress = endpoint.macAddress {
                steps.append(.addNeighbor(HostNeighbor(address, at: macAddress, on: shim.index)))
            }
            steps.append(
                .replaceRoute(
                    HostRoute(to: IPPrefix(host: address), over: shim.index, from: source), former: nil))
        }
        return steps
    }

    /// Returns the steps that end the host's access to an endpoint that left its container or was forgotten.
    func removalSteps(of endpoint: Endpoint, in network: Network) throws(DriverError) -> [Step] {
        guard network.hostAccess != nil, network.routesEachEndpoint, let parent = try host.link(of: network.parent),
            let shim = try host.shim(on: parent)
        else { return [] }
        let joined = joinedEndpoints(of: try networks(on: parent)).values.joined().filter { $0.id != endpoint.id }
        let needed = Set(joined.flatMap(\.addresses).map(\.address))
        let unneeded = endpoint.addresses.map(\.address).filter { !needed.contains($0) }
        var steps: [Step] = unneeded.map { .removeRoute(HostRoute(to: IPPrefix(host: $0), over: shim.index)) }
        if network.attachment.hasOwnMACAddresses, let macAddress = endpoint.macAddress {
            steps += unneeded.map { .removeNeighbor(HostNeighbor($0, at: macAddress, on: shim.index)) }
            steps.append(.setSources(Set(joined.compactMap(\.macAddress)), of: shim, former: nil))
        }
        return steps
    }

    /// Returns the steps that take back what a forgotten or replaced network had on its parent's shim.
    ///
    /// The shim is retired with its last network.
    func removalSteps(of network: Network) throws(DriverError) -> [Step] {
        guard network.hostAccess != nil, let parent = try host.link(of: network.parent),
            let shim = try host.shim(on: parent), registry.unreadable.isEmpty
        else { return [] }
        guard let plan = try plan(on: parent) else { return shim.owned.map { [.retire($0, seen: shim)] } ?? [] }
        return addressRemovals(plan, Set(try addresses(of: shim).filter { !$0.isLinkLocal }), on: shim)
    }
}

extension DriverError {
    fileprivate static func noShimName(parent: String) -> DriverError {
        DriverError(
            "cannot create the host's own link on \"\(parent)\": other links have all the names for it; remove links "
                + "whose names start with \"sh\"")
    }
}
