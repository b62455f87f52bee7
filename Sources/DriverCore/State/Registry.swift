import NetworkTypes

/// The networks and endpoints that the driver knows, in memory and in the store.
///
/// Each change reaches the store first, so memory never holds a record that a restart would not find. Callers keep the
/// order relative to the kernel: a call that creates changes the kernel and then saves; a call that deletes removes the
/// record and then retires the links. Wherever the daemon is killed, it leaves either a link whose alias names no
/// record, or a record whose link can be recreated.
struct Registry {
    private(set) var store: any StateStore
    private(set) var networks: [NetworkID: Network] = [:]
    private var endpointTable: EndpointTable
    /// The networks whose records exist but cannot be read, with the message for the user.
    private(set) var unreadable: [NetworkID: String] = [:]
    /// The messages about other records that cannot be read, such as those of endpoints.
    private(set) var otherUnreadable: [String] = []

    /// Loads the records; adds a message for each one that cannot be read.
    init(_ store: any StateStore, messages: inout [String]) throws(DriverError) {
        self.store = store
        let state: StoredState
        do throws(StateStoreError) {
            state = try self.store.load()
        } catch {
            throw .store(error)
        }
        networks = Dictionary(state.networks.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        endpointTable = EndpointTable(state.endpoints)
        for record in state.unreadable {
            if let id = record.networkID {
                unreadable[id] = record.message
            } else {
                otherUnreadable.append(record.message)
            }
            messages.append(record.message)
        }
        removeEndpointsWithoutNetwork()
    }

    /// Removes the records of endpoints whose network was removed by a run that was interrupted while it did so.
    private mutating func removeEndpointsWithoutNetwork() {
        for endpoint in endpoints.values {
            guard networks[endpoint.networkID] == nil, unreadable[endpoint.networkID] == nil else { continue }
            // A record that stays is removed at the next start.
            try? store.remove(endpoint.id)
            endpointTable[endpoint.id] = nil
        }
    }

    // MARK: Changes

    mutating func save(_ network: Network) throws(DriverError) {
        try storing { (store) throws(StateStoreError) in try store.save(network) }
        networks[network.id] = network
        unreadable[network.id] = nil
    }

    mutating func save(_ endpoint: Endpoint) throws(DriverError) {
        try storing { (store) throws(StateStoreError) in try store.save(endpoint) }
        endpointTable[endpoint.id] = endpoint
    }

    /// Forgets a network, even one with an unreadable record; returns it if it was known.
    mutating func forget(_ id: NetworkID) throws(DriverError) -> Network? {
        try storing { (store) throws(StateStoreError) in try store.remove(id) }
        unreadable[id] = nil
        return networks.removeValue(forKey: id)
    }

    /// Forgets an endpoint; returns it if it was known.
    mutating func forget(_ id: EndpointID) throws(DriverError) -> Endpoint? {
        try storing { (store) throws(StateStoreError) in try store.remove(id) }
        defer { endpointTable[id] = nil }
        return endpointTable[id]
    }

    private mutating func storing(
        _ change: (inout any StateStore) throws(StateStoreError) -> Void
    ) throws(DriverError) {
        do throws(StateStoreError) {
            try change(&store)
        } catch {
            throw .store(error)
        }
    }

    // MARK: Queries

    /// Returns advice about a conflicting network that Docker may have lost, for example when /var/lib/docker was
    /// wiped.
    ///
    /// Docker makes no call for such a network.
    func adviceToForget(_ id: NetworkID) -> String {
        "if `docker network ls` does not show that network, Docker has lost it: run `swiftvlan gc`, or remove "
            + "\"\(store.location(of: id))\" and restart swiftvlan"
    }

    func network(_ id: NetworkID) throws(DriverError) -> Network {
        if let network = networks[id] { return network }
        if let message = unreadable[id] { throw .networkUnreadable(id, message: message) }
        throw .unknownNetwork(id)
    }

    var endpoints: [EndpointID: Endpoint] { endpointTable.all }

    func endpoints(of id: NetworkID) -> [Endpoint] { endpointTable.endpoints(of: id) }

    /// Returns the endpoints with an address, of any network.
    func endpoints(with address: IPAddress) -> [Endpoint] { endpointTable.endpoints(with: address) }

    /// Returns the endpoints with the identifier or an address of this one.
    func endpoints(like endpoint: Endpoint) -> Set<Endpoint> {
        let same = [endpoints[endpoint.id]].compactMap(\.self)
        return Set(same + endpoint.addresses.flatMap { endpoints(with: $0.address) })
    }

    /// Returns the endpoints of a container.
    func endpoints(inSandbox sandbox: String) -> [Endpoint] { endpointTable.endpoints(inSandbox: sandbox) }

    /// Whether a network has a link of this name in its chain of parents.
    ///
    /// A network that knows the link by another name may need it too.
    func needs(_ link: InterfaceName) -> Bool {
        networks.values.contains { $0.neededLinks.contains(LinkName(link)) }
    }

    /// Whether a link belongs to a known endpoint, so that checking the endpoint's network covers it.
    func belongsToKnownEndpoint(_ link: HostLink) -> Bool {
        switch link.owner {
        case .endpoint(let id): endpoints[id] != nil
        case .retired: link.removal == nil
        // Only the host shows which networks need it: `HostAccessPlanner.isNeeded`.
        case .vlan, .isolatedParent, .shim, nil: false
        }
    }

    /// The networks that a container has joined.
    var networksWithContainers: Set<NetworkID> { Set(endpoints.values.lazy.filter(\.hasJoined).map(\.networkID)) }
}

extension DriverError {
    static func unknownNetwork(_ id: NetworkID) -> DriverError {
        DriverError(
            "network \(id.short) is not known to swiftvlan; remove it with `docker network rm` and create it again")
    }

    fileprivate static func networkUnreadable(_ id: NetworkID, message: String) -> DriverError {
        DriverError("network \(id.short) cannot be used: \(message)")
    }
}
