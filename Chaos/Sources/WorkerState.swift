import TestSupport

/// A worker's networks and their endpoints.
struct WorkerState: Sendable {
    enum Presence: Sendable { case absent, present, unknown }

    struct Place: Sendable {
        var plan: EndpointPlan
        var stage = Stage.absent
        var container: Container?
        /// Whether Join may have happened. The daemon keeps that when the endpoint is created again after a lost answer to
        /// its deletion, and forgets the endpoint if its link was deleted since.
        var mayHaveJoined = false
        /// The disturbance count when the container got its link.
        var changes = 0
        /// The number of kills of the daemon when the endpoint left.
        var killsAtLeave = 0
        /// The time of its creation.
        var since = ContinuousClock.now

        enum Stage: Sendable { case absent, created, joined, left, unknown }
    }

    struct Slot: Sendable {
        var plan: NetworkPlan
        var presence = Presence.absent
        var places: [Place]
    }

    private static let placesPerNetwork = 3

    var generator: SeededGenerator
    var slots: [Slot] = []
    private(set) var refusals: [String: Int] = [:]
    /// Endpoints that were dropped without a call to the daemon.
    private var forgotten: [EndpointPlan] = []

    init(_ run: Run, number: Int) {
        generator = SeededGenerator(seed: run.seed &* 1000 &+ UInt64(number))
        // A passthru network needs its parent exclusively, and has at most one container.
        let kinds = run.kinds.filter { $0 != .passthru || number == 0 }
        for (position, kind) in kinds.enumerated() {
            let index = number * NetworkKind.allCases.count + position
            // Two workers share their VLAN links.
            let plan = NetworkPlan(id: generator.identifier(), kind: kind, number: index, vlanNumber: number / 2)
            let count = kind == .passthru ? 1 : Self.placesPerNetwork
            let places = (0..<count).map { host in
                Place(plan: EndpointPlan(id: generator.identifier(), network: plan, host: 10 + host))
            }
            slots.append(Slot(plan: plan, places: places))
        }
    }

    /// Gives an endpoint another identifier, as the engine does at each container start.
    mutating func renew(_ slot: Int, _ place: Int) {
        let old = slots[slot].places[place].plan
        slots[slot].places[place] = Place(
            plan: EndpointPlan(id: generator.identifier(), network: old.network, host: old.host))
    }

    /// Drops an endpoint without a call.
    mutating func forget(_ slot: Int, _ place: Int) {
        forgotten.append(slots[slot].places[place].plan)
        renew(slot, place)
    }

    /// Counts a refusal by its message, without identifiers and numbers.
    mutating func count(refusal: String) {
        let words = refusal.split(separator: " ").map { word in
            word.contains { $0.isNumber } ? "#" : word
        }
        refusals[words.joined(separator: " "), default: 0] += 1
    }

    /// Drops the endpoints of a network that was deleted or may not exist.
    mutating func forgetPlaces(of slot: Int) {
        for place in slots[slot].places.indices { forget(slot, place) }
    }

    func expectation(_ counter: DisturbanceCounter) -> Expectation {
        var expectation = Expectation(uncertainEndpoints: Set(forgotten.map(\.id)))
        for endpoint in forgotten { expectation.allowAccess(to: endpoint) }
        for slot in slots where slot.presence != .absent {
            if slot.presence == .present { expectation.networks[slot.plan.id] = slot.plan }
            if slot.presence == .unknown { expectation.uncertainNetworks[slot.plan.id] = slot.plan }
            for place in slot.places where place.stage != .absent {
                if slot.presence == .present, place.isUndisturbed(counter) {
                    expectation.endpoints.insert(place.plan.id)
                } else {
                    expectation.uncertainEndpoints.insert(place.plan.id)
                }
                if place.mayBeReached(counter) { expectation.allowAccess(to: place.plan) }
            }
        }
        return expectation
    }

    func checkContainers(_ counter: DisturbanceCounter) throws {
        for slot in slots where slot.presence == .present {
            for place in slot.places where place.isUndisturbed(counter) {
                // A disturbance may have begun meanwhile.
                guard let container = place.container, try !container.hasLink(), place.isUndisturbed(counter)
                else { continue }
                throw ChaosError("endpoint \(place.plan.id.prefix(12)) has lost its link (\(slot.plan))")
            }
        }
    }
}

extension WorkerState.Place {
    /// Whether the host may reach the endpoint. The daemon remembers only until its end that an endpoint has left.
    fileprivate func mayBeReached(_ counter: DisturbanceCounter) -> Bool {
        switch stage {
        case .joined, .unknown: true
        case .left: counter.kills != killsAtLeave
        case .created: mayHaveJoined
        case .absent: false
        }
    }

    /// Whether the endpoint's container runs and no disturbance happened since it got its link.
    fileprivate func isUndisturbed(_ counter: DisturbanceCounter) -> Bool {
        stage == .joined && container != nil && changes == counter.changes && !counter.isDisturbed
    }
}
