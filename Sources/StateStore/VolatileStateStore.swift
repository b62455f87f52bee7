package import DriverCore

/// A store that promises nothing beyond the process: networks are known for as long as the daemon runs.
package struct VolatileStateStore: StateStore {
    package init() {}

    package func load() -> StoredState { StoredState() }
    package func save(_ network: Network) {}
    package func save(_ endpoint: Endpoint) {}
    package func remove(_ id: NetworkID) {}
    package func remove(_ id: EndpointID) {}
}
