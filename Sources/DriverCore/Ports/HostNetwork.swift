package import NetworkTypes

/// What the driver needs of the host's links: the port that the kernel's side fills.
///
/// All calls are synchronous and take the kernel's time, which is well under a millisecond for each.
package protocol HostNetwork {
    /// The link of that name, also one that is being removed; nil when there is none.
    mutating func link(named name: InterfaceName) throws(HostNetworkError) -> HostLink?

    /// The link of that index; nil when there is none.
    mutating func link(at index: InterfaceIndex) throws(HostNetworkError) -> HostLink?

    /// All links of the host.
    mutating func links() throws(HostNetworkError) -> [HostLink]

    /// Makes a link, marked with its owner; when this throws, nothing is left of it.
    mutating func make(_ link: HostLinkPlan) throws(HostNetworkError) -> HostLink

    /// Takes a link of this program's out of service at once and has it removed in the background.
    ///
    /// Its addresses are free when this returns; its name is when the removal has finished. The link is looked at
    /// once more before: nil when it is gone already, or is no longer what the caller saw.
    mutating func retire(_ link: HostLink) throws(HostNetworkError) -> LinkRemoval?
}

/// A link to be made in the host's network namespace.
package struct HostLinkPlan: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// The link of an endpoint; it stays down, because the engine takes it into the container and sets it up.
        case endpoint(Attachment, parent: HostLink, macAddress: MACAddress?)
        /// A VLAN sub-interface, set up unless the link below is down: then the kernel sets both up together.
        case vlan(VLANTag, lower: HostLink)
        /// A dummy link, set up.
        case dummy

        /// The link that it is to sit on.
        package var lower: HostLink? {
            switch self {
            case .endpoint(_, let lower, _), .vlan(_, let lower): lower
            case .dummy: nil
            }
        }
    }

    package let name: InterfaceName
    package let kind: Kind
    package let owner: LinkOwner

    package init(name: InterfaceName, kind: Kind, owner: LinkOwner) {
        self.name = name
        self.kind = kind
        self.owner = owner
    }
}

/// A step in the kernel that failed.
package struct HostNetworkError: Error, Hashable {
    /// The reasons that the driver's rules tell apart.
    package enum Reason: Hashable, Sendable {
        /// There is such a link, or such a VLAN on that link, already.
        case alreadyExists
        /// The parent has a link that does not share it: one of the other kind, or a passthru one.
        case parentClaimed
        /// The kernel does not know the kind of link.
        case kindNotSupported
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
