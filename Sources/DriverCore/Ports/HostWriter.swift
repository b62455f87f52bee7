package import NetworkTypes

/// The changes that the driver makes to the host's links and routes. Only the applier holds this.
///
/// Calls are synchronous and take the kernel's time, well under a millisecond each.
package protocol HostWriter: AnyObject {
    /// Creates a link that carries its owner in its alias; when this throws, nothing is left of it but what is being
    /// removed.
    func create(_ link: HostLinkPlan) throws(DriverError) -> HostLink

    /// Takes a link of this program's out of service at once and has it removed in the background.
    ///
    /// Its addresses are free when this returns; its name is when the removal has finished. The link is read once more
    /// before: nil when it is gone already, or is no longer what the caller saw.
    func retire(_ link: HostLink) throws(DriverError) -> LinkRemoval?

    /// Does the same with the link of a name, if it was created for this owner; nil when there is none such.
    func retire(_ name: InterfaceName, ownedBy owner: LinkOwner) throws(DriverError) -> LinkRemoval?

    /// Takes this program's alias off a link, which is the host's from then on and has a link-local IPv6 address like any
    /// other. Nothing else of it changes; no error where the link is gone, or is no longer what the caller saw.
    func release(_ link: HostLink) throws(DriverError)

    /// Retires the links that an earlier run left when it ended in the middle of something: those that it had retired
    /// and not removed, and those that it had created and not given an alias. Returns their number. A VLAN link that
    /// somebody has given an address meanwhile is released.
    ///
    /// To be called before the first link is created.
    func retireUnfinishedLinks() throws(DriverError) -> Int

    /// Sets up a link of this program's that somebody brought down; no error where the lower link is down, with which
    /// the kernel will set it up.
    func setUp(_ link: HostLink) throws(DriverError)

    /// Gives a link of this program's another MTU, in bytes.
    func setMTU(_ mtu: Int, of link: HostLink) throws(DriverError)

    /// Has the kernel give the host an IPv6 address of its own on a link of this program's, now and whenever the link
    /// is brought up, or takes that address away for good. Other addresses on the link stay.
    func setAddressGeneration(_ isOn: Bool, of link: HostLink) throws(DriverError)

    /// Adds a route of this program's; refused when there is one to that destination, and when the link is down.
    func add(_ route: HostRoute) throws(DriverError)

    /// Removes a route of this program's; one that is not there is no error.
    func remove(_ route: HostRoute) throws(DriverError)

    /// Whether an endpoint's link can be used as it is: no other link of its parent, in whatever network namespace, is
    /// up with its MAC address, nor has an ipvlan link there one of the addresses.
    ///
    /// The kernel checks this when a macvlan is set up and when an ipvlan is given an address, so that this is tried
    /// and undone; nothing of it is seen on the wire.
    func isUsable(_ link: HostLink, with addresses: [IPPrefix]) throws(DriverError) -> Bool
}
