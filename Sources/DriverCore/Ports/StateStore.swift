/// Where the driver's records outlive it: the port that a store fills.
///
/// A call that returns has made the change last for as long as the store promises; one that throws has changed nothing.
package protocol StateStore {
    /// Everything stored, at the driver's start.
    mutating func load() throws(StateStoreError) -> StoredState

    mutating func save(_ network: Network) throws(StateStoreError)
    mutating func save(_ endpoint: Endpoint) throws(StateStoreError)

    /// Removes a record; removing one that is not there is no error.
    mutating func remove(_ id: NetworkID) throws(StateStoreError)
    /// Removes a record; removing one that is not there is no error.
    mutating func remove(_ id: EndpointID) throws(StateStoreError)

    /// Where a network's record is, for an operator who has to remove it by hand: the path of a file.
    func location(of id: NetworkID) -> String
}

/// What a store holds.
package struct StoredState: Hashable, Sendable {
    package var networks: [Network]
    package var endpoints: [Endpoint]
    /// What could not be read, and does not keep the rest from being served.
    package var unreadable: [UnreadableRecord]

    package init(networks: [Network] = [], endpoints: [Endpoint] = [], unreadable: [UnreadableRecord] = []) {
        self.networks = networks
        self.endpoints = endpoints
        self.unreadable = unreadable
    }
}

/// A record that is there and cannot be used.
package struct UnreadableRecord: Hashable, Sendable {
    /// The network that it is of; nil for an endpoint's record, and where that is unknown.
    package let networkID: NetworkID?
    /// Where it is now, why it cannot be used, and what to do.
    package let message: String

    package init(networkID: NetworkID?, message: String) {
        self.networkID = networkID
        self.message = message
    }
}

/// A record that could not be written or read, and why.
package struct StateStoreError: Error, Hashable {
    package let message: String

    package init(message: String) { self.message = message }
}
