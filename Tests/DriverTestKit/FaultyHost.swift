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

    package func link(named name: InterfaceName) throws(HostError) -> HostLink? { try step().link(named: name) }

    package func link(at index: InterfaceIndex) throws(HostError) -> HostLink? { try step().link(at: index) }

    package func links() throws(HostError) -> [HostLink] { try step().links() }

    package func upperLinks(of parent: HostLink) throws(HostError) -> [HostLink] { try step().upperLinks(of: parent) }

    package func upperLinksElsewhere(of link: HostLink) throws(HostError) -> [HostLink]? {
        try step().upperLinksElsewhere(of: link)
    }

    package func endpointsElsewhere() throws(HostError) -> Set<EndpointID>? { try step().endpointsElsewhere() }

    package func routes(to destinations: [IPPrefix]) throws(HostError) -> [HostRoute] {
        try step().routes(to: destinations)
    }

    package func ownRoutes() throws(HostError) -> [HostRoute] { try step().ownRoutes() }

    package func create(_ link: HostLinkPlan) throws(HostError) -> HostLink { try step().create(link) }

    package func isUsable(_ link: HostLink, with addresses: [IPPrefix]) throws(HostError) -> Bool {
        try step().isUsable(link, with: addresses)
    }

    package func retire(_ link: HostLink) throws(HostError) -> LinkRemoval? { try step().retire(link) }

    package func retire(_ name: InterfaceName, ownedBy owner: LinkOwner) throws(HostError) -> LinkRemoval? {
        try step().retire(name, ownedBy: owner)
    }

    package func retireUnfinishedLinks() throws(HostError) -> Int { try step().retireUnfinishedLinks() }

    package func add(_ route: HostRoute) throws(HostError) { try step().add(route) }

    package func remove(_ route: HostRoute) throws(HostError) { try step().remove(route) }

    package func setUp(_ link: HostLink) throws(HostError) { try step().setUp(link) }

    package func setMTU(_ mtu: Int, of link: HostLink) throws(HostError) { try step().setMTU(mtu, of: link) }

    /// Returns the wrapped host, unless the step is to fail.
    private func step() throws(HostError) -> any HostReader & HostWriter {
        if let message = faults.take() { throw HostError(reason: .other, message: message) }
        return base
    }
}
