package import NetworkTypes

/// Reads the host's links, addresses and routes.
///
/// Planners hold only this, so they cannot change the host. Calls are synchronous and take the kernel well under a
/// millisecond each unless stated otherwise.
package protocol HostReader: AnyObject {
    /// Returns the link with a name or alternative name, even one that is being removed; nil if none exists.
    func link(named name: LinkName) throws(DriverError) -> HostLink?

    /// Returns the link with an index; nil if none exists.
    func link(at index: InterfaceIndex) throws(DriverError) -> HostLink?

    /// Returns all links of the host.
    func links() throws(DriverError) -> [HostLink]

    /// Returns all links of the host, and which of them have a carrier.
    func linksWithCarriers() throws(DriverError) -> LinksWithCarriers

    /// Returns the VLANs that a VLAN-filtering bridge forwards.
    func bridgeVLANs(of bridge: HostLink) throws(DriverError) -> BridgeVLANs

    /// Returns the macvlan and ipvlan links on a parent, whoever created them.
    ///
    /// Includes those in containers' network namespaces as far as the kernel reveals them; their indices are
    /// meaningless here.
    func upperLinks(of parent: HostLink) throws(DriverError) -> [HostLink]

    /// Returns the links of any kind on a link that are in other network namespaces, such as containers'.
    ///
    /// Nil if none was found and some of these namespaces cannot be read.
    func upperLinksElsewhere(of link: HostLink) throws(DriverError) -> [HostLink]?

    /// Returns the endpoints whose links are in other network namespaces, such as containers'.
    ///
    /// Nil if some of these cannot be read: an endpoint that was not found may still exist there. Takes about 0.1 ms
    /// per namespace: 3 to 7 ms for fifty.
    func endpointsElsewhere() throws(DriverError) -> Set<EndpointID>?

    /// Returns the unicast addresses of all links of the host, in any state.
    func addresses() throws(DriverError) -> [HostAddress]

    /// Returns swiftvlan's entries in the neighbor table of a shim.
    func neighbors(on shim: HostLink) throws(DriverError) -> [HostNeighbor]

    /// Returns the MAC addresses that the filter of a shim lets pass; nil if the shim has no filter of swiftvlan's.
    func sources(of shim: HostLink) throws(DriverError) -> Set<MACAddress>?

    /// Returns the routes over a link, in any table, that another program or an administrator added.
    ///
    /// Excludes swiftvlan's routes, and the kernel's, which exist as long as its addresses.
    func addedRoutes(over link: HostLink) throws(DriverError) -> [HostRoute]

    /// Returns the routes of a table whose destination is exactly one of these, whoever added them.
    ///
    /// Includes routes that reject packets.
    func routes(to destinations: [IPPrefix], in table: RoutingTable) throws(DriverError) -> [HostRoute]

    /// Returns swiftvlan's routes in all tables.
    func ownRoutes() throws(DriverError) -> [HostRoute]
}

/// The links of the host at one moment, with what `HostLink` leaves out.
///
/// A carrier may come and go at any time, and no rule of the driver depends on it: were it a part of `HostLink`, two
/// views of the same link would often differ.
package struct LinksWithCarriers: Hashable, Sendable {
    package var links: [HostLink]
    /// The links that are up and have a carrier.
    package var carriers: Set<InterfaceIndex>

    package init(links: [HostLink] = [], carriers: Set<InterfaceIndex> = []) {
        self.links = links
        self.carriers = carriers
    }
}
