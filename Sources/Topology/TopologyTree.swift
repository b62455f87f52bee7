package import ControlAPI

/// The links, networks and containers of a host as a tree: NIC, VLAN, network, container.
package struct TopologyTree: Hashable, Sendable {
    /// A link, a network or a container, with what is on it.
    package struct Node: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable {
            /// A link of the host, such as a NIC or a bond.
            case host
            /// A VLAN sub-interface.
            case vlan
            /// Stands for the links of isolated networks, which have no NIC.
            case isolated
            /// The host's own link on a parent.
            case shim
            case network
            case container
            /// These stand for siblings that are left out.
            case moreLinks
            case moreNetworks
            case moreContainers

            package var isMore: Bool { self == .moreLinks || self == .moreNetworks || self == .moreContainers }
            package var isNetworkOrShim: Bool { self == .network || self == .shim || self == .moreNetworks }
            package var isContainer: Bool { self == .container || self == .moreContainers }
        }

        package enum Condition: Int, Hashable, Sendable, Comparable {
            case ok
            /// It waits for a link, or works only partly.
            case attention
            /// It is missing, or something is in its way.
            case failed

            package static func < (one: Condition, other: Condition) -> Bool { one.rawValue < other.rawValue }
        }

        package var kind: Kind
        /// The name, such as `eth0.50` or that of a container.
        package var title: String
        /// What it is, one property each.
        package var details: [String]
        package var condition: Condition
        /// Why the condition is not `ok`, such as `waiting for eth1`.
        package var remark: String?
        package var children: [Node]

        package init(
            _ kind: Kind, title: String, details: [String] = [], condition: Condition = .ok, remark: String? = nil,
            children: [Node] = []
        ) {
            self.kind = kind
            self.title = title
            self.details = details
            self.condition = condition
            self.remark = remark
            self.children = children
        }

        /// The worst condition of the node and everything on it.
        package var worst: Condition { children.reduce(condition) { max($0, $1.worst) } }
    }

    /// NICs and other lowest links by name, then the isolated networks.
    package var roots: [Node]
    /// One line about all networks, from the document.
    package var summary: String
    /// Whether networks or containers are left out.
    package var isShortened: Bool { roots.contains(where: \.isShortened) }

    /// Builds the tree. With limits, nodes that are not ok stay longest, and a node of their own counts those left out.
    package init(_ status: StatusDocument, limits: TopologyLimits? = .standard) {
        summary = status.summary
        roots = LinkForest(status).roots
        if let limits { roots = roots.map(limits.applied) }
    }
}

extension TopologyTree.Node {
    fileprivate var isShortened: Bool { kind.isMore || children.contains(where: \.isShortened) }
}
