import NetworkTypes

/// The addresses of endpoints that are gone, but whose links were not seen to be deleted.
///
/// Such a link is deleted with its container's network namespace, which the kernel tears down in the background
/// (`cleanup_net` in net/core/net_namespace.c). Until then, no other link on the parent can have its addresses. The
/// next endpoint that wants them must try.
struct SuspectAddresses {
    fileprivate struct Suspect {
        let parent: NetworkParent
        let macAddress: MACAddress?
        let addresses: Set<IPAddress>
    }

    /// The maximum number of suspects; more containers do not die at the same moment.
    private static let maximumCount = 1024

    private var suspects: [Suspect] = []

    /// Adds the addresses of an endpoint whose link was not seen to be deleted.
    mutating func add(_ endpoint: Endpoint, on parent: NetworkParent) {
        if suspects.count == Self.maximumCount { suspects.removeFirst() }
        suspects.append(
            Suspect(
                parent: parent, macAddress: endpoint.macAddress, addresses: Set(endpoint.addresses.map(\.address))))
    }

    /// Returns the parents on which an address of the endpoint is suspect.
    func parents(concerning endpoint: Endpoint) -> Set<NetworkParent> {
        Set(suspects.filter { $0.concerns(endpoint) }.map(\.parent))
    }

    /// Clears the addresses of an endpoint that was seen to have them, on any of these parents.
    mutating func clear(_ endpoint: Endpoint, on parents: Set<NetworkParent>) {
        suspects.removeAll { $0.concerns(endpoint) && parents.contains($0.parent) }
    }
}

extension SuspectAddresses.Suspect {
    /// Whether the suspect conflicts with an endpoint: on a macvlan parent by MAC address, on an ipvlan parent by IP
    /// address.
    fileprivate func concerns(_ endpoint: Endpoint) -> Bool {
        if let macAddress, macAddress == endpoint.macAddress { return true }
        return macAddress == nil && endpoint.addresses.contains { addresses.contains($0.address) }
    }
}
