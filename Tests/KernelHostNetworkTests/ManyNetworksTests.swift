import CallTestKit
import DriverCore
import DriverTestKit
import Glibc
import KernelTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite(
    "Two hundred networks on four parents", .needsNetworkNamespaces, .needs(.veth), .needs(.macvlan), .needs(.ipvlan),
    .needs(.vlan), .needs(.dummy))
struct ManyNetworksTests {
    /// The seed in the test's name reproduces the calls.
    @Test(
        "Two hundred networks leave nothing behind in any order of calls, a fifth of which fail",
        arguments: [1, 2, 3] as [UInt64])
    func anyOrder(seed: UInt64) async throws {
        try await withHost { host in
            try host.makeWires(2...4)
            let before = try host.inventory()
            var history = try RandomHistory(host, seed: seed)
            try history.run()
            #expect(history.created == RandomHistory.networks, "seed \(seed)")
            #expect(history.joined > RandomHistory.networks / 2, "seed \(seed)")
            #expect(history.failures > 0, "no call failed, seed \(seed)")
            let difference = try host.inventory().symmetricDifference(before)
            #expect(difference == [], "seed \(seed)")
        }
    }
}

/// Creates and deletes networks, and starts and stops containers. Each delete is called only once: Docker logs a
/// failure and forgets the network or endpoint.
private struct RandomHistory {
    static let networks = 200

    private let host: HostFixture
    private let faults = FaultSchedule()
    private var driver: Driver
    private let seed: UInt64
    private var random: SeededGenerator
    private(set) var created = 0
    private(set) var joined = 0
    private(set) var failures = 0

    init(_ host: HostFixture, seed: UInt64) throws {
        self.host = host
        self.seed = seed
        random = SeededGenerator(seed: seed)
        driver = try Driver(host: FaultyHost(host.kernel, faults: faults), store: MemoryStore())
    }

    mutating func run() throws {
        let lives = (0..<Self.networks).map { number in
            let endpoints = (0..<Int.random(in: 1...3, using: &random)).map { "e\(number)x\($0)" }
            return EngineCall.life(of: creation(of: number), endpoints: endpoints)
        }
        for call in random.interleave(lives) { try take(call) }
        // The daemon retries every second.
        for _ in 0..<10 where driver.hasPendingRemovals {
            faults.reset()
            driver.retryPendingRemovals()
        }
        #expect(!driver.hasPendingRemovals, "seed \(seed)")
        #expect(driver.status == "0 networks", "seed \(seed)")
        try host.waitForRemovals()
    }

    private mutating func take(_ call: EngineCall) throws {
        switch call.kind {
        case .createNetwork:
            // The user tries again.
            for _ in 0..<20 where try succeeds(call) {
                created += 1
                return
            }
            Issue.record("\(call) has failed 20 times, seed \(seed)")
        case .join: joined += try succeeds(call) ? 1 : 0
        default: _ = try succeeds(call)
        }
    }

    /// Makes a call, and repeats it while a link that is being removed blocks it. In every fifth call a step fails.
    private mutating func succeeds(_ call: EngineCall) throws -> Bool {
        let isToFail = random.happens(0.2)
        for _ in 0..<100 {
            faults.reset(failingAt: isToFail ? .random(in: 1...8, using: &random) : nil)
            do throws(DriverError) {
                try call.carryOut(&driver)
                if faults.hasFailed { failures += 1 }
                return true
            } catch  where error.retry?.removal != nil {
                try host.waitForRemovals()
            } catch {
                failures += 1
                return false
            }
        }
        return false
    }

    /// Returns a call that creates a network: on its own VLAN, on a nested VLAN with a shared outer link, isolated, or
    /// on the parent itself, whose networks must be of one kind.
    private mutating func creation(of number: Int) -> EngineCall {
        let parent = "p\(2 * (number % 4))"
        let mode = random.pick(["bridge", "private", "vepa", "l2", "l3", "l3s", "passthru"])
        let options: [String: String] = random.pick([
            ["mode": mode, "parent": parent, "vlan": "\(100 + number)"]: 3,
            ["mode": mode, "parent": "\(parent).\(50 + number % 3).\(100 + number)"]: 1,
            ["mode": mode]: 1,
            ["mode": number % 4 < 2 ? "bridge" : "l3", "parent": parent]: 1,
        ])
        return EngineCall(
            .createNetwork, network: "n\(number)", options: options, pools: [("10.\(number % 250).0.0/16", nil)])
    }
}

extension HostFixture {
    /// Returns the links with name, kind, state and alias, and all routes that the kernel did not add.
    fileprivate func inventory() throws -> Set<String> {
        let links = try names().map { try existing($0) }
        return Set(links.map { "\($0.name) \($0.kind?.name ?? "") \($0.isUp) \($0.alias ?? "")" })
            .union(try routes().filter { $0.protocol != .kernel }.map { "\($0)" })
    }

    /// Creates more wires like the first: `p2` with `p3`, `p4` with `p5`.
    fileprivate func makeWires(_ numbers: ClosedRange<Int>) throws {
        for number in numbers { try makeWire("p\(2 * number - 2)", "p\(2 * number - 1)") }
    }
}
