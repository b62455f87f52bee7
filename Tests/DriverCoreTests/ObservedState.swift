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
    }

    let links: Set<Link>
    let routes: Set<Route>
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
                Route(destination: route.destination, link: route.linkIndex.flatMap { names[$0] })
            })
        held = Set(host.inContainers.compactMap(\.lowerIndex).compactMap { names[$0] })
        networks = driver.registry.networks
        endpoints = driver.registry.endpoints
        storedNetworks = fixture.store.networks
        storedEndpoints = fixture.store.endpoints
        var pendingLinks: Set<String> = []
        var pendingRoutes: Set<IPPrefix> = []
        for removal in driver.applier.pendingRemovals {
            switch removal {
            case .link(let link): pendingLinks.insert(link.name.text)
            case .hostRoute(let route): pendingRoutes.insert(route.destination)
            case .surroundings(let network):
                pendingLinks.formUnion(network.ownLinks.map(\.name.text))
                pendingRoutes.formUnion(network.hostRouteDestinations)
            case .network, .endpoint: break
            }
        }
        self.pendingLinks = pendingLinks
        self.pendingRoutes = pendingRoutes
    }

    /// Links whose removal failed and is pending.
    let pendingLinks: Set<String>
    let pendingRoutes: Set<IPPrefix>
    /// Links with upper links in containers. They stay as long as those.
    let held: Set<String>

    /// Our links and routes without a record, and records that exist only in the store or only in the driver.
    var orphans: [String] {
        var found = links.filter { !isNeeded($0) && !pendingLinks.contains($0.name) && !isHeld($0) }.map {
            "link \($0.name)"
        }
        found += routes.filter { !isNeeded($0) && !pendingRoutes.contains($0.destination) }
            .map { "route to \($0.destination)" }
        if networks != storedNetworks { found.append("the store's networks") }
        if endpoints != storedEndpoints { found.append("the store's endpoints") }
        found += endpoints.values.filter { networks[$0.networkID] == nil }.map { "endpoint \($0.id.short)" }
        return found
    }

    /// Links and routes that the records require and that do not exist.
    var missing: [String] {
        let names = Set(links.map(\.name))
        let wanted = networks.values.flatMap { network in
            network.hostRouteDestinations.map { Route(destination: $0, link: network.parent.linkName.text) }
        }
        return networks.values.map(\.parent.linkName.text).filter { !names.contains($0) }
            + wanted.filter { !routes.contains($0) }.map { "route to \($0.destination)" }
    }

    private func isNeeded(_ route: Route) -> Bool {
        networks.values.contains { network in
            network.parent.linkName.text == route.link && network.hostRouteDestinations.contains(route.destination)
        }
    }

    /// Whether a container uses a VLAN link, directly or through a nested VLAN.
    private func isHeld(_ link: Link) -> Bool {
        held.contains { $0 == link.name || $0.hasPrefix(link.name + ".") }
    }

    private func isNeeded(_ link: Link) -> Bool {
        switch link.owner {
        case nil: true
        case .retired: false
        case .shim: networks.values.contains { $0.hostAccess != nil }
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
