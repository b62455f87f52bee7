/// What random calls are about, and how often each kind of call and value occurs. Shares are between 0 and 1; what is left
/// empty does not occur.
package struct CallProfile: Sendable {
    /// An option, the share of networks or endpoints that have it, and the values that it can have.
    package typealias Option = (name: String, share: Double, values: [String])

    package var weights: KeyValuePairs<EngineCall.Kind, Int> = [:]
    package var networks: [String] = []
    package var endpoints: [String] = []
    package var networkOptions: [Option] = []
    package var endpointOptions: [Option] = []
    /// The lists of subnets that a network can have.
    package var pools: [[EngineCall.Pool]] = []
    package var internalShare = 0.0
    package var addresses: [String] = []
    package var macAddresses: [String] = []
    package var macAddressShare = 0.0
    /// What some identifiers are replaced by.
    package var hostileIdentifiers: [String] = []
    package var hostileShare = 0.0
    /// The share of bodies some bits of which are flipped.
    package var damagedShare = 0.0
    /// Valid networks in which containers are started now and then, by valid calls in their order.
    package var startedNetworks: [(options: [String: String], pools: [EngineCall.Pool])] = []

    package init() {}
}
