/// A network in `StatusDocument`.
package struct NetworkDocument: Codable, Hashable, Sendable {
    /// Docker's identifier.
    package var id: String
    /// Docker's name of the network; only the commands add it, because the daemon does not ask Docker.
    package var name: String?
    /// `macvlan` or `ipvlan`.
    package var kind: String
    /// The mode, such as `bridge` or `l3`.
    package var mode: String
    /// The ipvlan flag `private` or `vepa`; nil for `bridge` and for macvlan.
    package var flag: String?
    /// The name of the link that endpoints' links are on, such as `eth0.50`.
    package var parent: String
    /// The lowest link, which swiftvlan did not create; nil for an isolated network.
    package var lowestLink: String?
    /// The VLAN IDs above the lowest link, from the outermost tag.
    package var vlans: [Int]
    /// Whether the network was created with `--internal`.
    package var isInternal: Bool
    package var subnets: [SubnetDocument]
    package var state: NetworkStateDocument
    /// The host's access to the containers; nil if it has none.
    package var hostAccess: HostAccessDocument?
    /// The host's routes to the subnets of a layer 3 network, or to its containers.
    package var hostRoutes: [HostRouteDocument]
    /// Sorted by address.
    package var endpoints: [EndpointDocument]

    package init(
        id: String, name: String? = nil, kind: String, mode: String, flag: String? = nil, parent: String,
        lowestLink: String? = nil, vlans: [Int] = [], isInternal: Bool = false, subnets: [SubnetDocument] = [],
        state: NetworkStateDocument = .init(.ok), hostAccess: HostAccessDocument? = nil,
        hostRoutes: [HostRouteDocument] = [], endpoints: [EndpointDocument] = []
    ) {
        self.id = id
        self.name = name
        self.kind = kind
        self.mode = mode
        self.flag = flag
        self.parent = parent
        self.lowestLink = lowestLink
        self.vlans = vlans
        self.isInternal = isInternal
        self.subnets = subnets
        self.state = state
        self.hostAccess = hostAccess
        self.hostRoutes = hostRoutes
        self.endpoints = endpoints
    }

    /// Docker's name, or else the first 12 characters of the identifier.
    package var label: String { name ?? String(id.prefix(12)) }
}

/// A subnet of a network, and its gateway if it has one.
package struct SubnetDocument: Codable, Hashable, Sendable {
    package var subnet: String
    package var gateway: String?

    package init(subnet: String, gateway: String? = nil) {
        self.subnet = subnet
        self.gateway = gateway
    }
}

/// Whether a network's containers can be started now.
package struct NetworkStateDocument: Codable, Hashable, Sendable {
    package enum Name: String, Codable, CaseIterable, Sendable {
        case ok
        /// A link is missing; the network works once one of that name exists.
        case waiting
        /// Something is in its way, which `reason` says.
        case blocked
    }

    package var name: Name
    /// The missing link, if the network waits for one.
    package var link: String?
    /// One sentence: why the network is blocked, and what to do.
    package var reason: String?

    package init(_ name: Name, link: String? = nil, reason: String? = nil) {
        self.name = name
        self.link = link
        self.reason = reason
    }
}

extension NetworkStateDocument: CustomStringConvertible {
    /// `ok`, `waiting for eth1`, or `blocked: …`.
    package var description: String {
        switch name {
        case .ok: "ok"
        case .waiting: "waiting for \(link ?? "its parent")"
        case .blocked: "blocked: \(reason ?? "for an unknown reason")"
        }
    }
}

/// The host's access to a network's containers.
package struct HostAccessDocument: Codable, Hashable, Sendable {
    /// The addresses that the user reserved for the host.
    package var addresses: [String]
    /// The name of the shim on the network's parent; nil while there is none.
    package var shim: String?
    /// The host's routes over the shim to containers or subnets of this network.
    package var routes: [HostRouteDocument]

    package init(addresses: [String] = [], shim: String? = nil, routes: [HostRouteDocument] = []) {
        self.addresses = addresses
        self.shim = shim
        self.routes = routes
    }
}

/// A route of the host that swiftvlan keeps.
package struct HostRouteDocument: Codable, Hashable, Sendable {
    package var destination: String
    /// The outgoing link; nil while the host does not have the route.
    package var link: String?
    /// The preferred source address; nil if the route has none.
    package var source: String?
    /// The number of the routing table; nil for the main table.
    package var table: UInt32?
    /// The name of the VRF with that table; nil if no VRF has it.
    package var vrf: String?

    package init(
        destination: String, link: String? = nil, source: String? = nil, table: UInt32? = nil, vrf: String? = nil
    ) {
        self.destination = destination
        self.link = link
        self.source = source
        self.table = table
        self.vrf = vrf
    }

    /// Such as ` in VRF red`; empty for the main table.
    package var place: String { vrf.map { " in VRF \($0)" } ?? table.map { " in table \($0)" } ?? "" }
}
