/// The contents of random calls, and how often each kind of call and value occurs. Shares are between 0 and 1; empty
/// lists do not occur.
package struct CallProfile: Sendable {
    /// An option, the share of networks or endpoints that have it, and the values that it can have.
    package typealias Option = (name: String, share: Double, values: [String])

    package var weights: KeyValuePairs<EngineCall.Kind, Int> = [:]
    package var networks: [String] = []
    package var endpoints: [String] = []
    package var networkOptions: [Option] = []
    package var endpointOptions: [Option] = []
    /// The lists of subnets from which a network gets one.
    package var pools: [[EngineCall.Pool]] = []
    package var internalShare = 0.0
    package var addresses: [String] = []
    package var macAddresses: [String] = []
    package var macAddressShare = 0.0
    /// Replacements for some identifiers.
    package var hostileIdentifiers: [String] = []
    package var hostileShare = 0.0
    /// The share of bodies with flipped bits.
    package var damagedShare = 0.0
    /// Valid networks in which containers are sometimes started, by valid calls in the right order.
    package var startedNetworks: [(options: [String: String], pools: [EngineCall.Pool])] = []

    package init() {}
}
