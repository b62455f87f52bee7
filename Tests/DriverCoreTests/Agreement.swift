import DriverTestKit
import NetworkTypes
import Testing

@testable import DriverCore

/// What a driver leaves behind, without the links that are on their way out and the numbers of the others.
struct Remains: Equatable {
    struct Link: Hashable {
        let name: String
        let kind: HostLinkKind
        let owner: LinkOwner?
    }

    /// A route of the host's: where to, and over which link.
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

    init(_ lab: Lab) {
        let (driver, host) = (lab.driver, lab.host)
        links = Set(host.living.map { Link(name: $0.name, kind: $0.kind, owner: $0.owner) })
        let names = Dictionary(host.visible.map { ($0.index, $0.name) }, uniquingKeysWith: { $1 })
        routes = Set(
            host.routes.filter(\.isOurs).map { route in
                Route(destination: route.destination, link: route.linkIndex.flatMap { names[$0] })
            })
        held = Set(host.inContainers.compactMap(\.lowerIndex).compactMap { names[$0] })
        networks = driver.registry.networks
        endpoints = driver.registry.endpoints
        storedNetworks = lab.store.networks
        storedEndpoints = lab.store.endpoints
        var waiting: Set<String> = []
        var waitingRoutes: Set<IPPrefix> = []
        for removal in driver.applier.pendingRemovals {
            switch removal {
            case .link(let link): waiting.insert(link.name.text)
            case .hostRoute(let route): waitingRoutes.insert(route.destination)
            case .surroundings(let network):
                waiting.formUnion(network.ownLinks.map(\.name.text))
                waitingRoutes.formUnion(network.hostRouteDestinations)
            case .network, .endpoint: break
            }
        }
        self.waiting = waiting
        self.waitingRoutes = waitingRoutes
    }

    /// The links that could not be removed and are to be tried again.
    let waiting: Set<String>
    let waitingRoutes: Set<IPPrefix>
    /// The links that links in containers are upon: they stay as long as those.
    let held: Set<String>

    /// What has no partner: links of this program's without the record that they are for, and records that the store
    /// does not have, or has and the driver does not.
    var leftOver: [String] {
        var found = links.filter { !isNeeded($0) && !waiting.contains($0.name) && !isHeld($0) }.map {
            "link \($0.name)"
        }
        found += routes.filter { !isNeeded($0) && !waitingRoutes.contains($0.destination) }
            .map { "route to \($0.destination)" }
        if networks != storedNetworks { found.append("the store's networks") }
        if endpoints != storedEndpoints { found.append("the store's endpoints") }
        found += endpoints.values.filter { networks[$0.networkID] == nil }.map { "endpoint \($0.id.short)" }
        return found
    }

    /// The links that records speak of and that are not there.
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

    /// Whether a VLAN link stays because of a container; so do those that it is upon.
    private func isHeld(_ link: Link) -> Bool {
        held.contains { $0 == link.name || $0.hasPrefix(link.name + ".") }
    }

    private func isNeeded(_ link: Link) -> Bool {
        switch link.owner {
        case nil: true
        case .retired: false
        case .endpoint(let id): endpoints[id] != nil
        case .isolatedParent(let id): networks[id]?.parent.linkName.text == link.name
        case .vlan:
            networks.values.contains { network in
                network.parent.subInterfaces.contains { $0.name.text == link.name }
            }
        }
    }
}

extension Remains: CustomTestStringConvertible {
    var testDescription: String {
        """
        links \(links.map(\.name).sorted()), networks \(networks.keys.map(\.short).sorted()), \
        endpoints \(endpoints.keys.map(\.short).sorted()), without a partner: \(leftOver + missing)
        """
    }
}
