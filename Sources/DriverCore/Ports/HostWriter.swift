package import NetworkTypes

/// Changes the host's links and routes; only the applier holds this.
///
/// Calls are synchronous and take the kernel well under a millisecond each.
package protocol HostWriter: AnyObject {
    /// Creates a link with its owner in its alias.
    ///
    /// If this throws, nothing remains of the link, except while it is being removed.
    func create(_ link: HostLinkPlan) throws(DriverError) -> HostLink

    /// Takes one of our links out of service at once, and removes it in the background.
    ///
    /// Its addresses are free when this returns; its name is free when the removal has finished. Reads the link again
    /// first; returns nil if it is gone or no longer what the caller saw.
    func retire(_ link: HostLink) throws(DriverError) -> LinkRemoval?

    /// Does the same for the link with a name, if it was created for this owner; otherwise returns nil.
    func retire(_ name: InterfaceName, ownedBy owner: LinkOwner) throws(DriverError) -> LinkRemoval?

    /// Removes our alias from a link, which belongs to the host from then on.
    ///
    /// The link gets a link-local IPv6 address like any other; nothing else changes. No error if the link is gone or no
    /// longer what the caller saw.
    func release(_ link: HostLink) throws(DriverError)

    /// Retires the links that an interrupted run left behind; returns their number.
    ///
    /// These are links that it had retired but not removed, and links that it had created but not given an alias. A
    /// VLAN link that has since been given an address is released. Must be called before the first link is created.
    func retireUnfinishedLinks() throws(DriverError) -> Int

    /// Sets up one of our links that was brought down.
    ///
    /// No error if the lower link is down: the kernel sets the link up together with it.
    func setUp(_ link: HostLink) throws(DriverError)

    /// Sets the MTU of one of our links, in bytes.
    func setMTU(_ mtu: Int, of link: HostLink) throws(DriverError)

    /// Turns the generated IPv6 address of one of our links on or off, now and whenever the link is brought up.
    ///
    /// Other addresses on the link stay.
    func setAddressGeneration(_ isOn: Bool, of link: HostLink) throws(DriverError)

    /// Adds a route with our protocol number; refused if the destination already has one or the link is down.
    func add(_ route: HostRoute) throws(DriverError)

    /// Removes one of our routes; no error if it does not exist.
    func remove(_ route: HostRoute) throws(DriverError)

    /// Adds a route with our protocol number, or replaces the one of ours with the same destination.
    func replace(_ route: HostRoute) throws(DriverError)

    /// Makes the filter of a shim let pass only what these MAC addresses send.
    ///
    /// The kernel exchanges the filter at once. Refused for more than `HostLimits.shimSources` of them.
    func setSources(_ sources: Set<MACAddress>, of shim: HostLink) throws(DriverError)

    /// Adds an address, without a subnet, to a shim; no error if the shim has it.
    func add(_ address: IPAddress, to shim: HostLink) throws(DriverError)

    /// Removes an address from a shim; no error if the shim does not have it, or is gone.
    func remove(_ address: IPAddress, from shim: HostLink) throws(DriverError)

    /// Adds an entry to the neighbor table of a shim, or replaces the one with the same address.
    func add(_ neighbor: HostNeighbor) throws(DriverError)

    /// Removes one of our entries from the neighbor table; no error if it does not exist.
    func remove(_ neighbor: HostNeighbor) throws(DriverError)

    /// Whether an endpoint's link can be used with its addresses.
    ///
    /// It cannot if another link of its parent, in any network namespace, is up with its MAC address, or is an ipvlan
    /// link with one of the addresses. The kernel checks this only when a macvlan is set up or an ipvlan gets an
    /// address, so this tries it and undoes it. Nothing of this is visible on the wire.
    func isUsable(_ link: HostLink, with addresses: [IPPrefix]) throws(DriverError) -> Bool
}
