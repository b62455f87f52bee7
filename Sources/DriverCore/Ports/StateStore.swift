/// Stores the driver's records.
///
/// A change is durable, as far as the store promises, once the call returns; a call that throws has changed nothing.
package protocol StateStore {
    /// Returns everything stored; called when the driver starts.
    mutating func load() throws(StateStoreError) -> StoredState

    mutating func save(_ network: Network) throws(StateStoreError)
    mutating func save(_ endpoint: Endpoint) throws(StateStoreError)

    /// Removes a record; no error if it does not exist.
    mutating func remove(_ id: NetworkID) throws(StateStoreError)
    /// Removes a record; no error if it does not exist.
    mutating func remove(_ id: EndpointID) throws(StateStoreError)

    /// Returns the path of a network's record, for an operator who must remove it by hand.
    func location(of id: NetworkID) -> String
}

/// The contents of a store.
package struct StoredState: Hashable, Sendable {
    package var networks: [Network]
    package var endpoints: [Endpoint]
    /// The records that could not be read; the others are served anyway.
    package var unreadable: [UnreadableRecord]

    package init(networks: [Network] = [], endpoints: [Endpoint] = [], unreadable: [UnreadableRecord] = []) {
        self.networks = networks
        self.endpoints = endpoints
        self.unreadable = unreadable
    }
}

/// A record that exists but cannot be used.
package struct UnreadableRecord: Hashable, Sendable {
    /// The network that the record describes; nil for an endpoint's record, or if unknown.
    package let networkID: NetworkID?
    /// The record's current path, why it cannot be used, and what to do.
    package let message: String

    package init(networkID: NetworkID?, message: String) {
        self.networkID = networkID
        self.message = message
    }
}

/// The reason why a record could not be written or read.
package struct StateStoreError: Error, Hashable {
    package let message: String

    package init(message: String) { self.message = message }
}
