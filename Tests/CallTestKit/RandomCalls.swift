package import TestSupport

/// Random calls of Docker in any order: valid, half valid and hostile, as a profile defines. The same seed and profile
/// yield the same calls, as long as a test draws the same other numbers from `random`.
package struct RandomCalls: Sendable {
    /// The probabilities that a container start by valid calls begins, and that one in progress continues.
    private static let (startShare, nextShare) = (0.2, 0.75)

    package let seed: UInt64
    /// The generator for a test's other random decisions, so that its seed reproduces them too.
    package var random: SeededGenerator
    private let profile: CallProfile
    /// The remaining calls of a container start.
    private var planned: ArraySlice<EngineCall> = []

    package init(seed: UInt64, _ profile: CallProfile) {
        self.seed = seed
        self.profile = profile
        random = SeededGenerator(seed: seed)
    }

    /// Returns the next call.
    package mutating func next() -> EngineCall {
        if !profile.startedNetworks.isEmpty, planned.isEmpty, random.happens(Self.startShare) {
            let (options, pools) = random.pick(profile.startedNetworks)
            let creation = EngineCall(
                .createNetwork, network: random.pick(profile.networks), options: options, pools: pools)
            planned = EngineCall.life(of: creation, endpoints: [random.pick(profile.endpoints)]).prefix(3)
        }
        return !planned.isEmpty && random.happens(Self.nextShare) ? planned.removeFirst() : any()
    }

    /// Returns a call's body, which may be damaged.
    package mutating func body(of call: EngineCall) -> [UInt8] {
        let body = Array(call.body.utf8)
        return random.happens(profile.damagedShare) ? body.damaged(using: &random) : body
    }

    private mutating func any() -> EngineCall {
        var call = EngineCall(
            random.pick(profile.weights), network: identifier(profile.networks),
            endpoint: identifier(profile.endpoints))
        switch call.kind {
        case .createNetwork:
            call.options = options(profile.networkOptions)
            call.pools = random.pick(profile.pools)
            call.isInternal = random.happens(profile.internalShare)
        case .createEndpoint:
            call.options = options(profile.endpointOptions)
            call.addresses = [random.pick(profile.addresses)]
            if random.happens(profile.macAddressShare) { call.macAddress = random.pick(profile.macAddresses) }
        case .deleteNetwork, .join, .leave, .operInfo, .deleteEndpoint: break
        }
        return call
    }

    private mutating func identifier(_ choices: [String]) -> String {
        random.pick(random.happens(profile.hostileShare) ? profile.hostileIdentifiers : choices)
    }

    private mutating func options(_ choices: [CallProfile.Option]) -> [String: String] {
        var options: [String: String] = [:]
        for (name, share, values) in choices where random.happens(share) { options[name] = random.pick(values) }
        return options
    }
}
