package import NetworkTypes

/// The host's links, addresses and routes as the driver reads them. A planner holds only this, so that it cannot change anything.
///
/// Calls are synchronous and take the kernel's time, well under a millisecond each unless stated otherwise.
package protocol HostReader: AnyObject {
    /// The link of that name or alternative name, also one that is being removed; nil when there is none.
    func link(named name: LinkName) throws(DriverError) -> HostLink?

    /// The link of that index; nil when there is none.
    func link(at index: InterfaceIndex) throws(DriverError) -> HostLink?

    /// All links of the host.
    func links() throws(DriverError) -> [HostLink]

    /// The VLANs that a bridge lets pass which filters them.
    func bridgeVLANs(of bridge: HostLink) throws(DriverError) -> BridgeVLANs

    /// The macvlan and ipvlan links on a parent, whoever created them, in this network namespace and in those of
    /// containers as far as the kernel lets them be found; indices of the latter mean nothing here.
    func upperLinks(of parent: HostLink) throws(DriverError) -> [HostLink]

    /// The links of any kind on a link that are in other network namespaces, as containers have them; nil when none
    /// was found and some of these namespaces cannot be read.
    func upperLinksElsewhere(of link: HostLink) throws(DriverError) -> [HostLink]?

    /// The endpoints whose links are in other network namespaces, as containers have them; nil when some of these
    /// cannot be read, so that an endpoint which was not found may be there all the same.
    ///
    /// Takes some 0.1 ms for each namespace: 3 to 7 ms for fifty.
    func endpointsElsewhere() throws(DriverError) -> Set<EndpointID>?

    /// The addresses of all links of the host, in whatever state; not those of multicast and broadcast.
    func addresses() throws(DriverError) -> [HostAddress]

    /// The routes over a link that somebody added, in whatever table: not the kernel's, which come and go with its
    /// addresses, nor this program's.
    func addedRoutes(over link: HostLink) throws(DriverError) -> [HostRoute]

    /// The routes of the main table to exactly one of the destinations, whoever added them, those that reject packets
    /// too.
    func routes(to destinations: [IPPrefix]) throws(DriverError) -> [HostRoute]

    /// This program's routes in the main table.
    func ownRoutes() throws(DriverError) -> [HostRoute]
}
