import DriverTestKit
import NetworkTypes
import Testing

@testable import DriverCore

/// The state of a host and its driver's records, without links that are being removed and without link indexes.
struct ObservedState: Equatable {
    struct Link: Hashable {
        let name: String
        let kind: HostLinkKind
        let owner: LinkOwner?
    }

    /// A host route: its destination and its link.
    struct Route: Hashable {
        let destination: IPPrefix
        let link: String?
        var source: IPAddress?

        /// The route without its source, which depends on the host's addresses.
        var place: Route { Route(destination: destination, link: link) }
    }

    /// An address or a neighbor of a shim.
    struct Entry: Hashable {
        let address: IPAddress
        var macAddress: MACAddress?
        let link: String?
    }

    let links: Set<Link>
    let routes: Set<Route>
    let neighbors: Set<Entry>
    let shimAddresses: Set<Entry>
    /// The MAC addresses that the filters of shims let pass.
    let sources: [String: Set<MACAddress>]
    let departed: Set<EndpointID>
    let networks: [NetworkID: Network]
    let endpoints: [EndpointID: Endpoint]
    let storedNetworks: [NetworkID: Network]
    let storedEndpoints: [EndpointID: Endpoint]

    init(_ fixture: DriverFixture) {
        let (driver, host) = (fixture.driver, fixture.host)
        links = Set(host.living.map { Link(name: $0.name, kind: $0.kind, owner: $0.owner) })
        let names = Dictionary(host.visible.map { ($0.index, $0.name) }, uniquingKeysWith: { $1 })
        routes = Set(
            host.routes.filter(\.isOurs).map { route in
                Route(
                    destination: route.destination, link: route.linkIndex.flatMap { names[$0] }, source: route.source)
            })
        neighbors = Set(
            host.neighbors.map { Entry(address: $0.address, macAddress: $0.macAddress, link: names[$0.linkIndex]) })
        let shims = host.living.filter { $0.owner == .shim }
        shimAddresses = Set(
            shims.flatMap { shim in
                host.addresses(of: shim.name).map { Entry(address: $0, link: shim.name) }
            })
        sources = Dictionary(uniqueKeysWithValues: shims.map { ($0.name, host.sources(of: $0.name) ?? []) })
        departed = driver.access.departed
        held = Set(host.inContainers.compactMap(\.lowerIndex).compactMap { names[$0] })
        networks = driver.registry.networks
        endpoints = driver.registry.endpoints
        storedNetworks = fixture.store.networks
        storedEndpoints = fixture.store.endpoints
        var pendingLinks: Set<String> = []
        var pendingRoutes: Set<IPPrefix> = []
        var pendingNeighbors: Set<IPAddress> = []
        for removal in driver.applier.pendingRemovals {
            switch removal {
            case .link(let link): pendingLinks.insert(link.name.text)
            case .hostRoute(let route): pendingRoutes.insert(route.destination)
            case .surroundings(let network):
                pendingLinks.formUnion(network.ownLinks.map(\.name.text))
                pendingRoutes.formUnion(network.routedSubnets)
                if network.hostAccess != nil { pendingLinks.insert("sh-\(network.parent.linkName)") }
            case .neighbor(let neighbor): pendingNeighbors.insert(neighbor.address)
            case .access(let endpoint, _):
                pendingRoutes.formUnion(endpoint.addresses.map { IPPrefix(host: $0.address) })
                pendingNeighbors.formUnion(endpoint.addresses.map(\.address))
            case .network, .endpoint, .shimContent: break
            }
        }
        self.pendingLinks = pendingLinks
        self.pendingRoutes = pendingRoutes
        self.pendingNeighbors = pendingNeighbors
    }

    /// Links whose removal failed and is pending.
    let pendingLinks: Set<String>
    let pendingRoutes: Set<IPPrefix>
    let pendingNeighbors: Set<IPAddress>
    /// Links with upper links in containers. They stay as long as those.
    let held: Set<String>

    /// Our links and routes without a record, and records that exist only in the store or only in the driver.
    var orphans: [String] {
        var found = links.filter { !isNeeded($0) && !pendingLinks.contains($0.name) && !isHeld($0) }.map {
            "link \($0.name)"
        }
        found += routes.filter { !isNeeded($0) && !pendingRoutes.contains($0.destination) }
            .map { "route to \($0.destination)" }
        found += neighbors.filter { !isNeeded($0) && !pendingNeighbors.contains($0.address) }
            .map { "neighbor \($0.address)" }
        if networks != storedNetworks { found.append("the store's networks") }
        if endpoints != storedEndpoints { found.append("the store's endpoints") }
        found += endpoints.values.filter { networks[$0.networkID] == nil }.map { "endpoint \($0.id.short)" }
        return found
    }

    /// Links and routes that the records require and that do not exist.
    var missing: [String] {
        let names = Set(links.map(\.name))
        let places = Set(routes.map(\.place))
        let pools = networks.values.flatMap { network in
            let links = [network.parent.linkName.text, LinkNames.shim(on: network.parent.linkName)?.text]
            return network.routedSubnets.filter { destination in
                !links.contains { places.contains(Route(destination: destination, link: $0)) }
            }
        }
        let access = networks.values.filter { $0.hostAccess != nil }
        let wanted = networks.values.flatMap(wantedRoutes)
        return (networks.values.map(\.parent.linkName.text) + access.compactMap(shimName))
            .filter { !names.contains($0) }
            + pools.map { "route to \($0)" }
            + wanted.filter { !places.contains($0) }.map { "route to \($0.destination)" }
            + access.flatMap(wantedNeighbors).filter { !neighbors.contains($0) }.map { "neighbor \($0.address)" }
    }

    private func isNeeded(_ route: Route) -> Bool {
        networks.values.contains { network in
            let links = [network.parent.linkName.text, LinkNames.shim(on: network.parent.linkName)?.text]
            return links.contains(route.link) && network.routedSubnets.contains(route.destination)
                || wantedRoutes(network).contains(route.place)
        }
    }

    private func isNeeded(_ neighbor: Entry) -> Bool {
        networks.values.contains { wantedNeighbors($0).contains(neighbor) }
    }

    /// The name of a network's shim; nil without host access.
    private func shimName(of network: Network) -> String? {
        network.hostAccess == nil ? nil : LinkNames.shim(on: network.parent.linkName)?.text
    }

    private func wantedRoutes(_ network: Network) -> [Route] {
        guard network.routesEachEndpoint else { return [] }
        let link = shimName(of: network) ?? network.parent.linkName.text
        return inContainers(network).flatMap(\.addresses).map {
            Route(destination: IPPrefix(host: $0.address), link: link)
        }
    }

    private func wantedNeighbors(_ network: Network) -> [Entry] {
        guard let shim = shimName(of: network), network.attachment.hasOwnMACAddresses else { return [] }
        return inContainers(network).flatMap { endpoint in
            endpoint.addresses.map { Entry(address: $0.address, macAddress: endpoint.macAddress, link: shim) }
        }
    }

    private func inContainers(_ network: Network) -> [Endpoint] {
        endpoints.values.filter { $0.networkID == network.id && $0.hasJoined && !departed.contains($0.id) }
    }

    /// Whether a container uses a VLAN link, directly or through a nested VLAN.
    private func isHeld(_ link: Link) -> Bool {
        held.contains { $0 == link.name || $0.hasPrefix(link.name + ".") }
    }

    private func isNeeded(_ link: Link) -> Bool {
        switch link.owner {
        case nil: true
        case .retired: false
        case .shim: networks.values.contains { shimName(of: $0) == link.name }
        case .endpoint(let id): endpoints[id] != nil
        case .isolatedParent(let id): networks[id]?.parent.linkName.text == link.name
        case .vlan:
            networks.values.contains { network in
                network.ownLinks.contains { $0.name.text == link.name }
            }
        }
    }
}

extension ObservedState: CustomTestStringConvertible {
    var testDescription: String {
        """
        links \(links.map(\.name).sorted()), networks \(networks.keys.map(\.short).sorted()), \
        endpoints \(endpoints.keys.map(\.short).sorted()), mismatches: \(orphans + missing)
        """
    }
}
