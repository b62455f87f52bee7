package import ControlAPI
package import DriverCore
import NetworkTypes

/// Builds the document about all networks from what the driver and the kernel know.
package struct StatusReport {
    private let snapshot: DriverSnapshot
    private let host: HostObservation
    private let endpoints: [NetworkID: [Endpoint]]

    package init(_ snapshot: DriverSnapshot, _ host: HostObservation) {
        self.snapshot = snapshot
        self.host = host
        endpoints = Dictionary(grouping: snapshot.endpoints.values, by: \.networkID)
    }

    /// The document, without a daemon and a revision.
    package var document: StatusDocument {
        let networks = snapshot.networks.values.map(document).sorted { ($0.parent, $0.id) < ($1.parent, $1.id) }
        return StatusDocument(
            summary: snapshot.status, networks: networks, links: [],
            unreadable: snapshot.unreadable.values.sorted())
    }

    private func document(of network: Network) -> NetworkDocument {
        let (kind, mode, flag) = words(for: network.attachment)
        var document = NetworkDocument(
            id: network.id.text, kind: kind, mode: mode, flag: flag, parent: network.parent.linkName.text)
        document.isInternal = network.isInternal
        document.subnets = network.pools.map {
            SubnetDocument(subnet: $0.subnet.description, gateway: $0.gateway?.description)
        }
        if case .vlan(let chain, let lower) = network.parent {
            document.vlans = chain.map { Int($0.tag.id.number) }
            document.lowestLink = lower.text
        } else if case .existing(let name) = network.parent {
            document.lowestLink = name.text
        }
        document.state = state(of: network.id)
        document.endpoints = (endpoints[network.id] ?? []).map(self.document)
            .sorted { $0.addresses.lexicographicallyPrecedes($1.addresses) }
        return document
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

    private func document(of endpoint: Endpoint) -> EndpointDocument {
        EndpointDocument(
            id: endpoint.id.text, addresses: endpoint.addresses.map(\.description),
            macAddress: endpoint.macAddress?.description, hasJoined: endpoint.hasJoined,
            conflicts: endpoint.conflicts.map {
                ConflictDocument(address: $0.address.description, macAddress: $0.macAddress.description)
            })
    }
}
