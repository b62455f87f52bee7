package import NetworkTypes

/// The host's links, addresses and routes as they were read once; lookups ask the kernel nothing.
///
/// It answers the questions of reports. It knows nothing of containers' network namespaces, neighbors and filters.
package final class ObservedHost: HostReader {
    private let all: [HostLink]
    private let byName: [String: HostLink]
    private let byIndex: [InterfaceIndex: HostLink]
    private let hostAddresses: [HostAddress]
    private let routes: [HostRoute]

    /// Takes what was read; links that are being removed count as gone. `routes` are swiftvlan's own.
    package init(links: [HostLink], addresses: [HostAddress], routes: [HostRoute]) {
        all = links.filter(\.isAlive)
        let names = all.flatMap { link in link.alternativeNames.map { ($0, link) } } + all.map { ($0.name, $0) }
        byName = Dictionary(names, uniquingKeysWith: { $1 })
        byIndex = Dictionary(all.map { ($0.index, $0) }, uniquingKeysWith: { $1 })
        hostAddresses = addresses
        self.routes = routes
    }

    package func link(named name: LinkName) -> HostLink? { byName[name.text] }
    package func link(at index: InterfaceIndex) -> HostLink? { byIndex[index] }
    package func links() -> [HostLink] { all }
    package func addresses() -> [HostAddress] { hostAddresses }
    package func ownRoutes() -> [HostRoute] { routes }
    package func linksWithCarriers() -> LinksWithCarriers { LinksWithCarriers(links: all) }

    // Reports do not ask these.
    package func bridgeVLANs(of bridge: HostLink) -> BridgeVLANs { BridgeVLANs() }
    package func upperLinks(of parent: HostLink) -> [HostLink] { all.filter { $0.lowerIndex == parent.index } }
    package func upperLinksElsewhere(of link: HostLink) -> [HostLink]? { nil }
    package func endpointsElsewhere() -> Set<EndpointID>? { nil }
    package func neighbors(on shim: HostLink) -> [HostNeighbor] { [] }
    package func sources(of shim: HostLink) -> Set<MACAddress>? { nil }
    package func addedRoutes(over link: HostLink) -> [HostRoute] { [] }
    package func routes(to destinations: [IPPrefix], in table: RoutingTable) -> [HostRoute] {
        routes.filter { $0.table == table && destinations.contains($0.destination) }
    }
}
