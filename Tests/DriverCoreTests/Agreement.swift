import DriverTestKit
import NetworkTypes
import Testing

@testable import DriverCore

/// What a driver leaves behind, without the links that are on their way out and the numbers of the others.
struct Remains: Equatable {
    struct Link: Hashable {
        let name: String
        let kind: HostLinkKind
        let owner: LinkOwner?
    }

    let links: Set<Link>
    let networks: [NetworkID: Network]
    let endpoints: [EndpointID: Endpoint]
    let storedNetworks: [NetworkID: Network]
    let storedEndpoints: [EndpointID: Endpoint]

    init(_ driver: FakeDriver) {
        links = Set(driver.host.living.map { Link(name: $0.name, kind: $0.kind, owner: $0.owner) })
        networks = driver.networks
        endpoints = driver.endpoints
        storedNetworks = driver.store.networks
        storedEndpoints = driver.store.endpoints
    }

    /// What has no partner: links of this program's without the record that they are for, and records that the store
    /// does not have, or has and the driver does not.
    var leftOver: [String] {
        var found = links.filter { !isNeeded($0) }.map { "link \($0.name)" }
        if networks != storedNetworks { found.append("the store's networks") }
        if endpoints != storedEndpoints { found.append("the store's endpoints") }
        found += endpoints.values.filter { networks[$0.networkID] == nil }.map { "endpoint \($0.id.short)" }
        return found
    }

    /// The links that records speak of and that are not there.
    var missing: [String] {
        let names = Set(links.map(\.name))
        return networks.values.map(\.parent.linkName.text).filter { !names.contains($0) }
    }

    private func isNeeded(_ link: Link) -> Bool {
        switch link.owner {
        case nil: true
        case .retired: false
        case .endpoint(let id): endpoints[id] != nil
        case .isolatedParent(let id): networks[id]?.parent.linkName.text == link.name
        case .vlan: networks.values.contains { $0.parent.linkNames.contains { $0.text == link.name } }
        }
    }
}

extension Remains: CustomTestStringConvertible {
    var testDescription: String {
        """
        links \(links.map(\.name).sorted()), networks \(networks.keys.map(\.short).sorted()), \
        endpoints \(endpoints.keys.map(\.short).sorted()), without a partner: \(leftOver + missing)
        """
    }
}
