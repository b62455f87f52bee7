package import DriverCore

/// A store in memory. The steps that its schedule selects fail.
package struct MemoryStore: StateStore {
    package private(set) var networks: [NetworkID: Network] = [:]
    package private(set) var endpoints: [EndpointID: Endpoint] = [:]
    private let unreadable: [UnreadableRecord]
    private let faults: FaultSchedule

    package init(_ state: StoredState = StoredState(), faults: FaultSchedule = FaultSchedule()) {
        networks = Dictionary(uniqueKeysWithValues: state.networks.map { ($0.id, $0) })
        endpoints = Dictionary(uniqueKeysWithValues: state.endpoints.map { ($0.id, $0) })
        unreadable = state.unreadable
        self.faults = faults
    }

    package func load() throws(StateStoreError) -> StoredState {
        try step()
        return StoredState(
            networks: Array(networks.values), endpoints: Array(endpoints.values), unreadable: unreadable)
    }

    package mutating func save(_ network: Network) throws(StateStoreError) {
        try step()
        networks[network.id] = network
    }

    package mutating func save(_ endpoint: Endpoint) throws(StateStoreError) {
        try step()
        endpoints[endpoint.id] = endpoint
    }

    package mutating func remove(_ id: NetworkID) throws(StateStoreError) {
        try step()
        networks[id] = nil
    }

    package mutating func remove(_ id: EndpointID) throws(StateStoreError) {
        try step()
        endpoints[id] = nil
    }

    package func location(of id: NetworkID) -> String { "memory/\(id.short).json" }

    private func step() throws(StateStoreError) {
        if let message = faults.take() { throw StateStoreError(message: message) }
    }
}
