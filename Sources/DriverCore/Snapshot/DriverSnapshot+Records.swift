extension DriverSnapshot {
    /// Returns what a driver would know from these records, while none runs.
    ///
    /// Changes nothing: `ParentPlanner` judges each network's parent, and it cannot change the host. Throws if the
    /// host's links cannot be read.
    package init(records: StoredState, host: any HostReader) throws(DriverError) {
        var messages: [String] = []
        let registry = try Registry(FixedRecords(state: records), messages: &messages)
        let view = HostView(host)
        // One read of all links replaces one per network.
        _ = try view.links()
        let planner = ParentPlanner(host: view, registry: registry)
        var states = NetworkStates()
        for network in registry.networks.values { states[network.id] = planner.condition(of: network) }
        self.init(
            networks: registry.networks, endpoints: registry.endpoints, conditions: states.all,
            unreadable: registry.unreadable, otherUnreadable: registry.otherUnreadable,
            status: states.summary(networks: registry.networks.count, unreadable: registry.unreadable.count))
    }
}

extension ParentPlanner {
    /// Returns the condition of a network that reconciliation would find, apart from what the kernel refuses.
    fileprivate func condition(of network: Network) -> NetworkCondition {
        do throws(DriverError) {
            return try plan(for: network).obstacle.map { .blocked(message: $0.message) } ?? .ready
        } catch {
            guard case .parentMissing(let link)? = error.retry else { return .blocked(message: error.message) }
            return .waiting(forLink: link)
        }
    }
}

/// A store of records that were read already; it refuses changes.
private struct FixedRecords: StateStore {
    let state: StoredState

    func load() -> StoredState { state }
    func save(_ network: Network) throws(StateStoreError) { throw Self.refusal }
    func save(_ endpoint: Endpoint) throws(StateStoreError) { throw Self.refusal }
    func remove(_ id: NetworkID) throws(StateStoreError) { throw Self.refusal }
    func remove(_ id: EndpointID) throws(StateStoreError) { throw Self.refusal }
    func location(of id: NetworkID) -> String { "" }

    private static let refusal = StateStoreError(message: "these records are only read")
}
