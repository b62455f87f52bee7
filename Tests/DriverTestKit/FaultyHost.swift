package import DriverCore
package import NetworkTypes

/// Wraps a host. The steps that a schedule selects fail without being carried out.
package final class FaultyHost: HostReader, HostWriter {
    private let base: any HostReader & HostWriter
    private let faults: FaultSchedule

    package init(_ base: any HostReader & HostWriter, faults: FaultSchedule) {
        self.base = base
        self.faults = faults
    }

    package func link(named name: LinkName) throws(DriverError) -> HostLink? { try step().link(named: name) }

    package func link(at index: InterfaceIndex) throws(DriverError) -> HostLink? { try step().link(at: index) }

    package func links() throws(DriverError) -> [HostLink] { try step().links() }

    package func linksWithCarriers() throws(DriverError) -> LinksWithCarriers { try step().linksWithCarriers() }

    package func bridgeVLANs(of bridge: HostLink) throws(DriverError) -> BridgeVLANs {
        try step().bridgeVLANs(of: bridge)
    }

    package func upperLinks(of parent: HostLink) throws(DriverError) -> [HostLink] { try step().upperLinks(of: parent) }

    package func upperLinksElsewhere(of link: HostLink) throws(DriverError) -> [HostLink]? {
        try step().upperLinksElsewhere(of: link)
    }

    package func endpointsElsewhere() throws(DriverError) -> Set<EndpointID>? { try step().endpointsElsewhere() }

    package func addresses() throws(DriverError) -> [HostAddress] { try step().addresses() }

    package func addedRoutes(over link: HostLink) throws(DriverError) -> [HostRoute] {
        try step().addedRoutes(over: link)
    }

    package func routes(to destinations: [IPPrefix], in table: RoutingTable) throws(DriverError) -> [HostRoute] {
        try step().routes(to: destinations, in: table)
    }

    package func ownRoutes() throws(DriverError) -> [HostRoute] { try step().ownRoutes() }

    package func create(_ link: HostLinkPlan) throws(DriverError) -> HostLink { try step().create(link) }

    package func isUsable(_ link: HostLink, with addresses: [IPPrefix]) throws(DriverError) -> Bool {
        try step().isUsable(link, with: addresses)
    }

    package func retire(_ link: HostLink) throws(DriverError) -> LinkRemoval? { try step().retire(link) }

    package func retire(_ name: InterfaceName, ownedBy owner: LinkOwner) throws(DriverError) -> LinkRemoval? {
        try step().retire(name, ownedBy: owner)
    }

    package func release(_ link: HostLink) throws(DriverError) { try step().release(link) }

    package func retireUnfinishedLinks() throws(DriverError) -> Int { try step().retireUnfinishedLinks() }

    package func add(_ route: HostRoute) throws(DriverError) { try step().add(route) }

    package func remove(_ route: HostRoute) throws(DriverError) { try step().remove(route) }

    package func setUp(_ link: HostLink) throws(DriverError) { try step().setUp(link) }

    package func setAddressGeneration(_ isOn: Bool, of link: HostLink) throws(DriverError) {
        try step().setAddressGeneration(isOn, of: link)
    }

    package func setMTU(_ mtu: Int, of link: HostLink) throws(DriverError) { try step().setMTU(mtu, of: link) }

    package func neighbors(on shim: HostLink) throws(DriverError) -> [HostNeighbor] { try step().neighbors(on: shim) }

    package func sources(of shim: HostLink) throws(DriverError) -> Set<MACAddress>? { try step().sources(of: shim) }

    package func replace(_ route: HostRoute) throws(DriverError) { try step().replace(route) }

    package func setSources(_ sources: Set<MACAddress>, of shim: HostLink) throws(DriverError) {
        try step().setSources(sources, of: shim)
    }

    package func add(_ address: IPAddress, to shim: HostLink) throws(DriverError) { try step().add(address, to: shim) }

    package func remove(_ address: IPAddress, from shim: HostLink) throws(DriverError) {
        try step().remove(address, from: shim)
    }

    package func add(_ neighbor: HostNeighbor) throws(DriverError) { try step().add(neighbor) }

    package func remove(_ neighbor: HostNeighbor) throws(DriverError) { try step().remove(neighbor) }

    /// Returns the wrapped host, unless the step is to fail.
    private func step() throws(DriverError) -> any HostReader & HostWriter {
        if let message = faults.take() { throw DriverError(.other, message: message) }
        return base
    }
}
