import NetworkTypes

/// The addresses of endpoints that are gone without their links having been seen to go.
///
/// Such a link dies with its container's network namespace, which the kernel takes apart in its own time
/// (`cleanup_net` in net/core/net_namespace.c), and until then nobody else on the parent can have its addresses. The
/// next endpoint that wants them has to find out.
struct SuspectAddresses {
    fileprivate struct Suspect {
        let parent: NetworkParent
        let macAddress: MACAddress?
        let addresses: Set<IPAddress>
    }

    /// More than that many containers do not die in one moment.
    private static let most = 1024

    private var suspects: [Suspect] = []

    /// Suspects the addresses of an endpoint whose link went unseen.
    mutating func add(_ endpoint: Endpoint, on parent: NetworkParent) {
        if suspects.count == Self.most { suspects.removeFirst() }
        suspects.append(
            Suspect(
                parent: parent, macAddress: endpoint.macAddress, addresses: Set(endpoint.addresses.map(\.address))))
    }

    /// The parents of the suspects that have an address which an endpoint wants.
    func parents(concerning endpoint: Endpoint) -> Set<NetworkParent> {
        Set(suspects.filter { $0.concerns(endpoint) }.map(\.parent))
    }

    /// Clears the addresses of an endpoint that was seen to have them, on a link that these parents are.
    mutating func clear(_ endpoint: Endpoint, on parents: Set<NetworkParent>) {
        suspects.removeAll { $0.concerns(endpoint) && parents.contains($0.parent) }
    }
}

extension SuspectAddresses.Suspect {
    /// On a macvlan parent it is the MAC address that only one link can have, on an ipvlan parent the IP address.
    fileprivate func concerns(_ endpoint: Endpoint) -> Bool {
        if let macAddress, macAddress == endpoint.macAddress { return true }
        return macAddress == nil && endpoint.addresses.contains { addresses.contains($0.address) }
    }
}
