import NetworkTypes

/// The known endpoints, indexed by identifier, network, address and container.
///
/// A host can have thousands, and every call looks some up.
struct EndpointTable {
    private(set) var all: [EndpointID: Endpoint]
    private var ofNetwork: [NetworkID: Set<EndpointID>] = [:]
    private var withAddress: [IPAddress: Set<EndpointID>] = [:]
    private var inSandbox: [String: Set<EndpointID>] = [:]

    /// Of two endpoints with the same identifier, the last one counts.
    init(_ endpoints: some Sequence<Endpoint>) {
        all = [:]
        for endpoint in endpoints { self[endpoint.id] = endpoint }
    }

    subscript(id: EndpointID) -> Endpoint? {
        get { all[id] }
        set {
            if let former = all[id] {
                ofNetwork.remove(id, at: former.networkID)
                for address in former.addresses { withAddress.remove(id, at: address.address) }
                if let sandbox = former.sandbox { inSandbox.remove(id, at: sandbox) }
            }
            all[id] = newValue
            guard let newValue else { return }
            ofNetwork[newValue.networkID, default: []].insert(id)
            for address in newValue.addresses { withAddress[address.address, default: []].insert(id) }
            if let sandbox = newValue.sandbox { inSandbox[sandbox, default: []].insert(id) }
        }
    }

    func endpoints(of network: NetworkID) -> [Endpoint] { endpoints(ofNetwork[network]) }

    /// Returns the endpoints with an address, of any network.
    func endpoints(with address: IPAddress) -> [Endpoint] { endpoints(withAddress[address]) }

    /// Returns the endpoints of a container.
    func endpoints(inSandbox sandbox: String) -> [Endpoint] { endpoints(inSandbox[sandbox]) }

    private func endpoints(_ ids: Set<EndpointID>?) -> [Endpoint] { ids?.compactMap { all[$0] } ?? [] }
}

extension Dictionary where Value == Set<EndpointID> {
    fileprivate mutating func remove(_ id: EndpointID, at key: Key) {
        self[key]?.remove(id)
        if self[key]?.isEmpty == true { self[key] = nil }
    }
}
