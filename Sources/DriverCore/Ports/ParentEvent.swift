package import NetworkTypes

/// A change of a link after which the hosts and switches of its LAN may have outdated entries for the links on it.
package struct ParentEvent: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        /// The link has a carrier again.
        case carrierReturned
        /// A bond, or a link on one, uses another port.
        case failedOver
    }

    package let link: InterfaceIndex
    package let kind: Kind

    package init(_ kind: Kind, of link: InterfaceIndex) {
        self.kind = kind
        self.link = link
    }
}
