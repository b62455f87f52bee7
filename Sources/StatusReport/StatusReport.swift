package import ControlAPI
package import DriverCore
import NetworkTypes

/// Builds the document about all networks from what the driver and the kernel know.
package struct StatusReport {
    private let snapshot: DriverSnapshot
    private let host: ReportedHost
    private let endpoints: [NetworkID: [Endpoint]]

    package init(_ snapshot: DriverSnapshot, _ host: HostObservation) {
        self.snapshot = snapshot
        self.host = ReportedHost(host)
        endpoints = Dictionary(grouping: snapshot.endpoints.values, by: \.networkID)
    }

    /// The document, without a daemon and a revision.
    package var document: StatusDocument {
        var links = LinkCollection(host)
        var networks: [NetworkDocument] = []
        networks.reserveCapacity(snapshot.networks.count)
        for network in snapshot.networks.values { networks.append(document(of: network, &links)) }
        networks.sort { ($0.parent, $0.id) < ($1.parent, $1.id) }
        return StatusDocument(
            summary: snapshot.status, networks: networks, links: links.documents, unreadable: unreadable)
    }

    private var unreadable: [String] {
        let networks = snapshot.unreadable.sorted { $0.key.text < $1.key.text }
        return networks.map { "network \($0.key.short) cannot be used: \($0.value)" }
            + snapshot.otherUnreadable.sorted()
    }

    private func document(of network: Network, _ links: inout LinkCollection) -> NetworkDocument {
        let levels = host.finder.levels(of: network)
        links.add(levels)
        let (kind, mode, flag) = words(for: network.attachment)
        var document = NetworkDocument(
            id: network.id.text, kind: kind, mode: mode, flag: flag,
            parent: levels.last?.name ?? network.parent.linkName.text)
        document.isInternal = network.isInternal
        document.subnets = network.pools.map {
            SubnetDocument(subnet: $0.subnet.description, gateway: $0.gateway?.description)
        }
        if case .vlan(let chain, _) = network.parent { document.vlans = chain.map { Int($0.tag.id.number) } }
        if let lowest = levels.first, lowest.role == .foreign { document.lowestLink = lowest.name }
        document.state = state(of: network.id)
        let shim = network.hostAccess == nil ? nil : levels.last?.link.flatMap { host.finder.shim(on: $0) }
        if let shim { links.add(shim) }
        document.hostAccess = network.hostAccess.map { access(to: network, $0, over: shim) }
        document.hostRoutes = host.routes(to: hostRoutes(of: network), in: host.table(of: levels.last?.link))
        document.endpoints = documents(of: endpoints[network.id] ?? [])
        return document
    }

    /// Returns the destinations of the host's routes to a layer 3 network.
    private func hostRoutes(of network: Network) -> [IPPrefix] {
        guard network.hostRoutes == .endpoints else { return network.routedSubnets }
        let joined = (endpoints[network.id] ?? []).filter(\.hasJoined)
        return joined.flatMap(\.addresses).map(\.address).sorted(by: IPAddress.precedes).map { IPPrefix(host: $0) }
    }

    private func words(for attachment: Attachment) -> (kind: String, mode: String, flag: String?) {
        switch attachment {
        case .macvlan(let mode): ("macvlan", mode.rawValue, nil)
        case .ipvlan(let mode, .bridge): ("ipvlan", mode.rawValue, nil)
        case .ipvlan(let mode, let flag): ("ipvlan", mode.rawValue, flag.rawValue)
        }
    }

    private func state(of id: NetworkID) -> NetworkStateDocument {
        switch snapshot.condition(of: id) {
        case .ready: NetworkStateDocument(.ok)
        case .waiting(let link): NetworkStateDocument(.waiting, link: link)
        case .blocked(let message): NetworkStateDocument(.blocked, reason: message)
        }
    }

    /// Describes the host's access; the routes are those over the shim to the network's containers or subnets.
    private func access(to network: Network, _ access: HostAccess, over shim: HostLink?) -> HostAccessDocument {
        let destinations =
            !network.routesEachEndpoint
            ? network.routedSubnets
            : (endpoints[network.id] ?? []).flatMap(\.addresses).map { IPPrefix(host: $0.address) }
        let sorted = destinations.sorted { IPAddress.precedes($0.address, $1.address) }
        return HostAccessDocument(
            addresses: access.addresses.map(\.description), shim: shim?.name,
            routes: shim.map { host.routes(to: sorted, over: $0) } ?? [])
    }

    // MARK: Endpoints

    private func documents(of endpoints: [Endpoint]) -> [EndpointDocument] {
        endpoints.sorted { one, other in
            guard let first = one.addresses.first?.address, let second = other.addresses.first?.address,
                first != second
            else { return (one.addresses.count, one.id.text) < (other.addresses.count, other.id.text) }
            return IPAddress.precedes(first, second)
        }.map(document)
    }

    private func document(of endpoint: Endpoint) -> EndpointDocument {
        EndpointDocument(
            id: endpoint.id.text, addresses: endpoint.addresses.map(\.description),
            macAddress: endpoint.macAddress?.description, hasJoined: endpoint.hasJoined,
            conflicts: endpoint.conflicts.map {
                ConflictDocument(address: $0.address.description, macAddress: $0.macAddress.description)
            })
    }
}
