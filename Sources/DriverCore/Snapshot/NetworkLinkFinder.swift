package import NetworkTypes

/// Finds the links of networks in an observation of the host, by the rules by which the driver finds them.
package struct NetworkLinkFinder {
    /// A link that a network needs: its parent, or one below it.
    package struct Level {
        package enum Role: Hashable, Sendable {
            /// A link that swiftvlan did not create.
            case foreign
            case vlan(VLANTag)
            case isolated
        }

        /// The link's present name, or the recorded one while it is missing.
        package let name: String
        /// Nil while the link is missing.
        package let link: HostLink?
        package let role: Role
    }

    private let host: HostView

    package init(_ host: ObservedHost) { self.host = HostView(host) }

    /// Returns the links that a network needs, from the lowest up; the last one is the parent of its endpoints' links.
    package func levels(of network: Network) -> [Level] {
        switch network.parent {
        case .existing(let name): return [level(name.text, link(named: name), .foreign)]
        case .isolated(let name): return [level(name.text, link(named: LinkName(name)), .isolated)]
        case .vlan(let chain, let lower):
            var below = link(named: lower)
            var levels = [level(lower.text, below, .foreign)]
            for (height, vlan) in chain.enumerated() {
                let found = below.flatMap { try? host.link(vlan, on: $0) }
                // The link below may have lost its name.
                below = found ?? (height == chain.count - 1 ? try? host.link(of: network.parent) : nil)
                levels.append(level(vlan.name.text, below, .vlan(vlan.tag)))
            }
            return levels
        }
    }

    /// Returns the shim on a parent; nil if it has none.
    package func shim(on parent: HostLink) -> HostLink? { try? host.shim(on: parent) }

    private func link(named name: LinkName) -> HostLink? { try? host.link(named: name) }

    private func level(_ name: String, _ link: HostLink?, _ role: Level.Role) -> Level {
        Level(name: link?.name ?? name, link: link, role: role)
    }
}
