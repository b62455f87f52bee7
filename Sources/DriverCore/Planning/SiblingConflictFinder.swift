import NetworkTypes

/// Checks whether another endpoint on the same parent has an address of a new one.
///
/// The driver sees that in its own records; a question sent on the parent reaches no other link on it.
struct SiblingConflictFinder {
    let host: HostView
    let registry: Registry

    /// Returns the first endpoint of another network on the same parent with one of the addresses; nil if none has.
    ///
    /// A new endpoint of the same network replaces the former owner of its address.
    func sibling(of endpoint: Endpoint, in network: Network) throws(DriverError) -> Sibling? {
        let wanted = Set(endpoint.addresses.map(\.address))
        // Sorted, so that the same endpoint is named every time.
        let candidates = Set(wanted.flatMap { registry.endpoints(with: $0) }).filter { $0.networkID != network.id }
            .sorted { $0.id.text < $1.id.text }
        guard !candidates.isEmpty, let parent = try host.link(of: network.parent) else { return nil }
        for other in candidates {
            guard let otherNetwork = registry.networks[other.networkID], otherNetwork.isOnLAN,
                try host.means(otherNetwork.parent, ParentPlace(parent)),
                let address = other.addresses.first(where: { wanted.contains($0.address) })?.address,
                let macAddress = other.linkAddress(in: otherNetwork, on: parent)
            else { continue }
            return Sibling(endpoint: other.id, conflict: AddressConflict(address, at: macAddress))
        }
        return nil
    }
}

/// Another endpoint on the same parent, with the address that it shares.
struct Sibling {
    let endpoint: EndpointID
    let conflict: AddressConflict
}
