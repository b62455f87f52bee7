import CallTestKit
import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Random call sequences")
struct SequenceTests {
    /// The seed in the test's name reproduces the sequence.
    @Test("A sequence of calls leaves links and records consistent", arguments: 0..<100 as Range<UInt64>)
    func untroubled(seed: UInt64) throws {
        var history = try RandomHistory(seed: seed)
        for _ in 0..<100 {
            let step = history.nextStep()
            try? history.take(step)
            history.othersAct()
            history.expectConsistency(after: step)
        }
        try history.expectNothingLeftAfterDeletion()
    }

    @Test(
        "A sequence of calls that fail and are repeated leaves links and records consistent",
        arguments: 0..<100 as Range<UInt64>)
    func troubled(seed: UInt64) throws {
        var history = try RandomHistory(seed: seed)
        for _ in 0..<100 {
            let step = history.nextStep()
            history.fixture.faults.reset(failingAt: .random(in: 1...12, using: &history.calls.random))
            try? history.take(step)
            let orphans = history.stateAfterReconciling.orphans
            #expect(orphans.isEmpty, "\(orphans) after \(step) failed, seed \(seed)")
            history.fixture.faults.reset()
            try? history.take(step)
            history.othersAct()
            history.expectConsistency(after: step)
        }
        try history.expectNothingLeftAfterDeletion()
    }
}

extension SequenceTests {
    @Test(
        "A sequence of calls during which the driver is killed leaves links and records consistent",
        arguments: 0..<100 as Range<UInt64>)
    func killed(seed: UInt64) throws {
        var history = try RandomHistory(seed: seed)
        for _ in 0..<100 {
            let step = history.nextStep()
            history.fixture.faults.reset(failingAt: .random(in: 1...20, using: &history.calls.random), isFatal: true)
            try? history.take(step)
            let isDead = history.fixture.faults.hasFailed
            history.fixture.faults.reset()
            if isDead { try history.restart() }
            history.othersAct()
            history.expectConsistency(after: step)
        }
        try history.expectNothingLeftAfterDeletion()
    }
}

/// A host with random calls from Docker, containers that start and exit, and removals that take time.
private struct RandomHistory {
    enum Step {
        case call(EngineCall)
        case reconcile(at: Duration, ReconcileScope)
    }

    private static let networks: [NetworkID] = [.first, .second, .third, .swarm]
    private static let endpoints = (1...6).map { EndpointID(unchecked: "\($0)endpoint") }

    private static let profile: CallProfile = {
        var profile = CallProfile()
        profile.weights = [
            .createNetwork: 3, .deleteNetwork: 1, .createEndpoint: 2, .join: 2, .leave: 1, .deleteEndpoint: 1,
        ]
        profile.networks = networks.map(\.text)
        profile.endpoints = endpoints.map(\.text)
        let parents = [
            "eth0", "eth1", "eth1", "eth0.50", "eth0.60", "eth0.50.7", "eth0.70.8", "eth0.7", "guests", "br0", "eth3",
        ]
        profile.networkOptions = [
            ("parent", 0.9, parents), ("vlan", 0.25, ["50", "100.20", "100.30"]),
            ("mode", 1, ["bridge", "bridge", "private", "passthru", "l2", "l3", "l3s"]),
            ("host_access", 0.5, ["on"]),
            ("gateway", 0.2, ["none", "198.51.100.1", "none,fe80::1", "198.51.100.1,fe80::1"]),
        ]
        profile.pools = [[AddressPool].lan.map { ("\($0.subnet)", $0.gateway?.description) }]
        profile.addresses = ["192.168.50.10/24", "192.168.50.11/24", "10.50.0.10/16", "fd00:50::10/64"]
        return profile
    }()

    var calls: RandomCalls
    var fixture: DriverFixture
    private let foreign: Set<ObservedState.Link>
    private var clock = Duration.zero

    init(seed: UInt64) throws {
        calls = RandomCalls(seed: seed, Self.profile)
        fixture = try DriverFixture()
        fixture.host.addAddress("192.168.50.2/24", to: "eth0")
        fixture.host.addAddress("fd00:50::2/64", to: "eth0")
        foreign = ObservedState(fixture).links
    }

    /// Returns the next call, or a reconciliation one time in ten.
    mutating func nextStep() -> Step {
        guard calls.random.happens(0.1) else { return .call(calls.next()) }
        clock += .seconds(.random(in: 0...40, using: &calls.random))
        return .reconcile(at: clock, calls.random.pick([.host, .everywhere]))
    }

    mutating func take(_ step: Step) throws(DriverError) {
        switch step {
        case .call(let call): try fixture.carryOut(call)
        case .reconcile(let time, let scope): _ = fixture.driver.reconcile(at: time, scope)
        }
    }

    /// Starts the driver again with the records of the one that was killed.
    mutating func restart() throws {
        fixture.driver = try Driver(host: fixture.host, store: fixture.store)
        _ = fixture.driver.reconcile(at: clock, .everywhere)
        fixture.host.finishRemovals()
        _ = fixture.driver.reconcile(at: clock, .everywhere)
    }

    /// Docker moves links into containers, containers exit with their links, and removals end.
    mutating func othersAct() {
        if let link = LinkNames.endpoint(calls.random.pick(Self.endpoints)) {
            switch Int.random(in: 0..<6, using: &calls.random) {
            case 0, 1: fixture.host.takeIntoContainer(link.text)
            case 2: fixture.host.remove(link.text)
            default: break
            }
        }
        if calls.random.happens(0.5) { fixture.host.finishRemovals() }
    }

    /// The state after a few more reconciliations. Until then, a VLAN link that a container has used stays.
    var stateAfterReconciling: ObservedState {
        let state = ObservedState(fixture)
        guard !state.orphans.isEmpty || !state.missing.isEmpty else { return state }
        var copy = fixture
        let host = fixture.host.copy()
        defer { fixture.host.restore(host) }
        copy.faults.reset()
        for second in [0, 30, 60, 90] {
            _ = copy.driver.reconcile(at: clock + .seconds(second))
            copy.host.finishRemovals()
        }
        return ObservedState(copy)
    }

    func expectConsistency(after step: Step) {
        let state = stateAfterReconciling
        let lost = foreign.subtracting(state.links).map(\.name)
        let problems = state.orphans + state.missing + lost
        #expect(problems.isEmpty, "\(problems) after \(step), seed \(calls.seed)")
    }

    mutating func expectNothingLeftAfterDeletion() throws {
        for endpoint in Self.endpoints {
            fixture.bringBack(endpoint)
            try fixture.deleteEndpoint(endpoint)
        }
        for network in Self.networks { try fixture.deleteNetwork(network) }
        // Some containers exit only now.
        for link in fixture.host.inContainers { fixture.host.removeInContainer(link.name) }
        for _ in 0..<4 {
            clock += .seconds(30)
            fixture.host.finishRemovals()
            _ = fixture.driver.reconcile(at: clock, .everywhere)
        }
        fixture.host.finishRemovals()
        let state = ObservedState(fixture)
        #expect(state.links == foreign, "seed \(calls.seed)")
        #expect(state.routes.isEmpty && state.neighbors.isEmpty, "seed \(calls.seed)")
        #expect(state.networks.isEmpty && state.storedNetworks.isEmpty, "seed \(calls.seed)")
        #expect(state.endpoints.isEmpty && state.storedEndpoints.isEmpty, "seed \(calls.seed)")
    }
}
