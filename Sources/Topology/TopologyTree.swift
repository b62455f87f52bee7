package import ControlAPI

/// The links, networks and containers of a host as a tree: NIC, VLAN, network, container.
package struct TopologyTree: Hashable, Sendable {
    /// A link or network, with what is on it.
    package struct Node: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            case link
            case network
            case container
        }

        package var kind: Kind
        /// The name, such as `eth0.50` or that of a container.
        package var title: String
        /// One line of details.
        package var details: String
        /// Whether it works.
        package var isUsable: Bool
        package var children: [Node]

        package init(_ kind: Kind, title: String, details: String = "", isUsable: Bool = true, children: [Node] = []) {
            self.kind = kind
            self.title = title
            self.details = details
            self.isUsable = isUsable
            self.children = children
        }
    }

    package var roots: [Node]

    package init(_ status: StatusDocument) {
        roots = []
        _ = status
    }
}
