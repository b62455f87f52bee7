package import NetworkTypes

/// What the driver needs of the host's links and routes: the port that the kernel's side fills.
///
/// All calls are synchronous and take the kernel's time, which is well under a millisecond for each.
package protocol HostNetwork {
    /// The link of that name, also one that is being removed; nil when there is none.
    mutating func link(named name: InterfaceName) throws(HostNetworkError) -> HostLink?

    /// The link of that index; nil when there is none.
    mutating func link(at index: InterfaceIndex) throws(HostNetworkError) -> HostLink?

    /// All links of the host.
    mutating func links() throws(HostNetworkError) -> [HostLink]

    /// The macvlan and ipvlan links upon a link, whoever made them, in this network namespace and in those of
    /// containers as far as the kernel lets them be found; indices of the latter mean nothing here.
    mutating func holders(of parent: HostLink) throws(HostNetworkError) -> [HostLink]

    /// The links upon a link, of whatever kind, that are in other network namespaces, as containers have them; nil when
    /// none was found and some of these cannot be looked into.
    mutating func linksElsewhere(upon link: HostLink) throws(HostNetworkError) -> [HostLink]?

    /// Makes a link, marked with its owner; when this throws, nothing is left of it but what is being removed.
    mutating func make(_ link: HostLinkPlan) throws(HostNetworkError) -> HostLink

    /// Whether a link that was made for an endpoint can be used as it is: no other link of its parent, in whatever
    /// network namespace, is up with its MAC address, nor an ipvlan link there has one of the addresses.
    ///
    /// The kernel checks this when a macvlan is set up and when an ipvlan is given an address, so that this is tried
    /// and taken back; nothing of it is seen on the wire.
    mutating func isUsable(_ link: HostLink, with addresses: [IPPrefix]) throws(HostNetworkError) -> Bool

    /// Takes a link of this program's out of service at once and has it removed in the background.
    ///
    /// Its addresses are free when this returns; its name is when the removal has finished. The link is looked at
    /// once more before: nil when it is gone already, or is no longer what the caller saw.
    mutating func retire(_ link: HostLink) throws(HostNetworkError) -> LinkRemoval?

    /// Does the same with the link of a name, if it is one that was made for this owner; nil when there is none such.
    mutating func retire(
        _ name: InterfaceName, ownedBy owner: LinkOwner
    ) throws(HostNetworkError) -> LinkRemoval?

    /// Sets up a link of this program's that somebody has set down; no error where the link below is down, with which
    /// the kernel will set it up.
    mutating func setUp(_ link: HostLink) throws(HostNetworkError)

    /// Gives a link of this program's another MTU, in bytes.
    mutating func setMTU(_ mtu: Int, of link: HostLink) throws(HostNetworkError)

    /// The endpoints whose links are in other network namespaces, as containers have them; nil when some of these
    /// cannot be looked into, so that an endpoint which was not found may be there all the same.
    ///
    /// Takes some 0.1 ms for each namespace: 3 to 7 ms for fifty.
    mutating func endpointsElsewhere() throws(HostNetworkError) -> Set<EndpointID>?

    /// The routes of the main table to exactly one of the destinations, whoever made them, those that refuse packets
    /// too.
    mutating func routes(to destinations: [IPPrefix]) throws(HostNetworkError) -> [HostRoute]

    /// The routes of this program's in the main table.
    mutating func ownRoutes() throws(HostNetworkError) -> [HostRoute]

    /// Adds a route of this program's; refused when there is one to that destination, and when the link is down.
    mutating func add(_ route: HostRoute) throws(HostNetworkError)

    /// Removes a route of this program's; one that is not there is no error.
    mutating func remove(_ route: HostRoute) throws(HostNetworkError)
}

/// A link to be made in the host's network namespace.
package struct HostLinkPlan: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// The link of an endpoint; it stays down, because the engine takes it into the container and sets it up.
        case endpoint(Attachment, parent: HostLink)
        /// A VLAN sub-interface, set up unless the link below is down: then the kernel sets both up together.
        case vlan(VLANTag, lower: HostLink)
        /// A dummy link, set up.
        case dummy

        /// The link that it is to sit on.
        package var lower: HostLink? {
            switch self {
            case .endpoint(_, let lower), .vlan(_, let lower): lower
            case .dummy: nil
            }
        }
    }

    package let name: InterfaceName
    package let kind: Kind
    package let owner: LinkOwner
    /// The MAC address that it gets; nil leaves it to the kernel.
    package var macAddress: MACAddress?
    /// The largest packet in bytes; nil means that of the link below.
    package var mtu: Int?
    /// How many broadcast packets a macvlan's parent keeps for its links; nil means the kernel's default.
    package var broadcastQueueLength: UInt32?

    package init(
        name: InterfaceName,
        kind: Kind,
        owner: LinkOwner,
        macAddress: MACAddress? = nil,
        mtu: Int? = nil,
        broadcastQueueLength: UInt32? = nil
    ) {
        self.name = name
        self.kind = kind
        self.owner = owner
        self.macAddress = macAddress
        self.mtu = mtu
        self.broadcastQueueLength = broadcastQueueLength
    }
}

/// A step in the kernel that failed.
package struct HostNetworkError: Error, Hashable {
    /// The reasons that the driver's rules tell apart.
    package enum Reason: Hashable, Sendable {
        /// There is such a link, such a VLAN on that link, or such a route, already.
        case alreadyExists
        /// The parent has a link that does not share it: one of the other kind, or a passthru one.
        case parentClaimed
        /// The kernel does not know the kind of link.
        case kindNotSupported
        /// The kernel is too old for a setting that was asked for.
        case settingNotSupported
        /// The link that a route leaves by is down.
        case linkDown
        case other
    }

    package let reason: Reason
    /// What was tried, on which link, and the kernel's words.
    package let sentence: String

    package init(reason: Reason, sentence: String) {
        self.reason = reason
        self.sentence = sentence
    }
}
