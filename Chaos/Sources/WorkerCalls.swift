import Glibc
import TestSupport

/// Makes a worker's calls at random and interprets the answers.
struct WorkerCalls: Sendable {
    /// The age from which the daemon may forget an endpoint that is in no container: almost 20 times the orphan age.
    private static let forgottenAge = 15.0

    let client: Client
    let counter: DisturbanceCounter

    func makeOne(_ state: inout WorkerState, _ host: inout Host) throws {
        let slot = Int.random(in: state.slots.indices, using: &state.generator)
        let chance = Int.random(in: 0..<100, using: &state.generator)
        if state.generator.isOne(of: 50) { client.hangUp() }
        switch state.slots[slot].presence {
        case .absent where chance < 70, .present where chance < 8, .unknown where chance < 50:
            try createNetwork(slot, &state)
        case .absent where chance < 80, .present where chance < 12, .unknown:
            try deleteNetwork(slot, &state)
        case .absent:
            try expectRefusal(.createEndpoint(state.slots[slot].places[0].plan), &state)
        case .present:
            let place = Int.random(in: state.slots[slot].places.indices, using: &state.generator)
            try moveOn(slot, place, chance: Int.random(in: 0..<100, using: &state.generator), &state, &host)
        }
    }

    /// Deletes all networks with their endpoints.
    func deleteAll(_ state: inout WorkerState) throws {
        for slot in state.slots.indices {
            for _ in 0..<100 where state.slots[slot].presence != .absent { try deleteNetwork(slot, &state) }
        }
    }

    private func createNetwork(_ slot: Int, _ state: inout WorkerState) throws {
        let plan = state.slots[slot].plan
        let outcome = try make(.createNetwork(plan), &state)
        switch outcome {
        case .answered: state.slots[slot].presence = .present
        case .lost where state.slots[slot].presence == .absent: state.slots[slot].presence = .unknown
        case .refused, .lost, .unreachable: break
        }
    }

    private func deleteNetwork(_ slot: Int, _ state: inout WorkerState) throws {
        let outcome = try make(.deleteNetwork(state.slots[slot].plan), &state)
        guard outcome.mayHaveHappened else { return }
        let isKnown = if case .answered = outcome { true } else { false }
        state.slots[slot].presence = isKnown || state.slots[slot].presence == .absent ? .absent : .unknown
        state.forgetPlaces(of: slot)
    }

    /// Makes one of the possible calls for an endpoint of an existing network.
    private func moveOn(_ slot: Int, _ place: Int, chance: Int, _ state: inout WorkerState, _ host: inout Host) throws {
        let current = state.slots[slot].places[place]
        switch current.stage {
        case .absent where chance < 10: try expectRefusal(.join(current.plan), &state)
        case .created where chance < 70: try join(slot, place, &state, &host)
        case .joined where chance < 20: try state.checkContainers(counter)
        case .joined where chance < 30:
            // The engine was killed with the container and does not report it.
            state.forget(slot, place)
        case .joined where chance < 80, .left where chance < 20: try leave(slot, place, &state)
        case .joined, .left: try deleteEndpoint(slot, place, &state)
        case .absent where chance < 20, .created where chance < 85, .unknown where chance < 50:
            try deleteEndpoint(slot, place, &state)
        case .absent, .created, .unknown: try createEndpoint(slot, place, &state)
        }
    }

    private func createEndpoint(_ slot: Int, _ place: Int, _ state: inout WorkerState) throws {
        let outcome = try make(.createEndpoint(state.slots[slot].places[place].plan), &state)
        switch outcome {
        case .answered:
            state.slots[slot].places[place].stage = .created
            state.slots[slot].places[place].since = .now
        case .lost: state.slots[slot].places[place].stage = .unknown
        case .refused, .unreachable: break
        }
    }

    private func join(_ slot: Int, _ place: Int, _ state: inout WorkerState, _ host: inout Host) throws {
        let current = state.slots[slot].places[place]
        let changes = counter.changes
        let isOld = (.now - current.since).seconds > Self.forgottenAge
        let outcome = try make(.join(current.plan), &state, mayBeRefused: isOld || current.mayHaveJoined)
        if outcome.mayHaveHappened { state.slots[slot].places[place].mayHaveJoined = true }
        switch outcome {
        case .answered:
            do {
                state.slots[slot].places[place].container = try Container(current.plan, &host)
            } catch {
                // The link may have been deleted with its parent.
                guard counter.changes != changes || counter.isDisturbed else { throw error }
            }
            state.slots[slot].places[place].stage = .joined
            state.slots[slot].places[place].changes = changes
        case .lost: state.slots[slot].places[place].stage = .unknown
        case .refused: state.forget(slot, place)
        case .unreachable: break
        }
    }

    private func leave(_ slot: Int, _ place: Int, _ state: inout WorkerState) throws {
        let current = state.slots[slot].places[place]
        let kills = counter.kills
        let outcome = try make(.leave(current.plan), &state)
        guard outcome.mayHaveHappened else { return }
        if state.generator.isOne(of: 2) { try current.container?.returnLink() }
        state.slots[slot].places[place].container = nil
        let isKnown = if case .answered = outcome { true } else { false }
        state.slots[slot].places[place].stage = .left
        state.slots[slot].places[place].killsAtLeave = isKnown ? kills : -1
    }

    private func deleteEndpoint(_ slot: Int, _ place: Int, _ state: inout WorkerState) throws {
        state.slots[slot].places[place].container = nil
        switch try make(.deleteEndpoint(state.slots[slot].places[place].plan), &state) {
        case .answered: state.renew(slot, place)
        case .lost: state.slots[slot].places[place].stage = .unknown
        case .refused, .unreachable: break
        }
    }

    /// Makes a call about something that does not exist, which must be refused.
    private func expectRefusal(_ call: Call, _ state: inout WorkerState) throws {
        guard case .answered(let body) = try make(call, &state, mayBeRefused: true) else { return }
        throw ChaosError("the daemon answered \(call.name) with \(body) instead of refusing it")
    }

    /// Makes a call. Throws if it is refused while nothing disturbs the host, unless that is allowed.
    private func make(_ call: Call, _ state: inout WorkerState, mayBeRefused: Bool = false) throws -> Outcome {
        let changes = counter.changes
        let outcome = try client.make(call)
        switch outcome {
        case .refused(let reason):
            state.count(refusal: reason)
            guard mayBeRefused || changes != counter.changes || counter.isDisturbed else {
                throw ChaosError("the daemon refused \(call.name) although nothing disturbed the host: \(reason)")
            }
        case .lost, .unreachable: usleep(10_000)
        case .answered: break
        }
        return outcome
    }
}
