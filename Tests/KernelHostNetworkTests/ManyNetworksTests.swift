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
    /// The seed stands in the test's name: it makes the same story again.
    @Test(
        "made, used and removed in any order, a fifth of the calls failing at some step: nothing is left",
        arguments: [1, 2, 3] as [UInt64])
    func story(seed: UInt64) async throws {
        try await withNetworkNamespace {
            let host = try Host()
            try host.makeWires(2...4)
            let before = try host.inventory()
            var story = try Story(host, seed: seed)
            try story.tell()
            #expect(story.made == Story.networks && story.joined > Story.networks / 2, "seed \(seed)")
            #expect(story.failures > 0, "no call failed, seed \(seed)")
            let difference = try host.inventory().symmetricDifference(before)
            #expect(difference == [], "seed \(seed)")
        }
    }
}

/// An engine that has networks made and removed, containers started and stopped, and that calls but once where a call
/// deletes: a failure is logged by it, and what was to be deleted forgotten.
private struct Story {
    static let networks = 200

    private enum Step {
        case createNetwork(Int)
        case start(EndpointID, in: Int)
        case stop(EndpointID)
        case deleteNetwork(Int)
    }

    private let host: Host
    private let faults = FaultSchedule()
    private var driver: DriverEngine<FaultyHost<KernelHost>, MemoryStore>
    private var random: SeededGenerator
    private(set) var made = 0
    private(set) var joined = 0
    private(set) var failures = 0

    init(_ host: Host, seed: UInt64) throws {
        self.host = host
        random = SeededGenerator(seed: seed)
        driver = try DriverEngine(host: FaultyHost(host.kernel, faults: faults), store: MemoryStore())
    }

    mutating func tell() throws {
        // Each network's own steps stay in their order; those of different networks mix.
        var lives = (0..<Self.networks).map { life(of: $0)[...] }
        while !lives.isEmpty {
            let place = Int.random(in: lives.indices, using: &random)
            if let step = lives[place].popFirst() { try take(step) } else { lives.swapAt(place, lives.count - 1) }
            while lives.last?.isEmpty == true { lives.removeLast() }
        }
        // The daemon does so every second.
        for _ in 0..<10 where driver.hasLeftovers {
            faults.reset()
            driver.removeLeftovers()
        }
        #expect(!driver.hasLeftovers)
        #expect(driver.counts == (0, 0))
        try host.waitForRemovals()
    }

    private mutating func life(of network: Int) -> [Step] {
        var steps: [Step] = [.createNetwork(network)]
        for number in 0..<Int.random(in: 1...3, using: &random) {
            let id = EndpointID(unchecked: "e\(network)x\(number)")
            steps += [.start(id, in: network), .stop(id)]
        }
        return steps + [.deleteNetwork(network)]
    }

    private mutating func take(_ step: Step) throws {
        switch step {
        case .createNetwork(let number):
            let request = try self.request(number)
            // Its user tries again.
            for _ in 0..<20 where try succeeds({ driver in try driver.createNetwork(request) }) {
                made += 1
                return
            }
            Issue.record("network \(number) could not be made: \(request.options)")
        case .start(let id, let number): try start(id, in: Self.id(number))
        case .stop(let id):
            _ = try succeeds { driver in _ = try driver.deleteEndpoint(id) }
        case .deleteNetwork(let number):
            _ = try succeeds { driver in _ = try driver.deleteNetwork(Self.id(number)) }
        }
    }

    private mutating func start(_ id: EndpointID, in network: NetworkID) throws {
        let endpoint = EndpointRequest(id: id, networkID: network)
        guard try succeeds({ driver in _ = try driver.createEndpoint(endpoint) }) else { return }
        if try succeeds({ driver in _ = try driver.join(id, network: network) }) {
            joined += 1
        } else {
            _ = try succeeds { driver in _ = try driver.deleteEndpoint(id) }
        }
    }

    /// Makes a call, one of whose steps fails every fifth time, and again when it met a link on its way out.
    private mutating func succeeds(
        _ call: (inout DriverEngine<FaultyHost<KernelHost>, MemoryStore>) throws -> Void
    ) throws -> Bool {
        let isToFail = Int.random(in: 0..<5, using: &random) == 0
        for _ in 0..<100 {
            faults.reset(failingAt: isToFail ? .random(in: 1...8, using: &random) : nil)
            do {
                try call(&driver)
                if faults.hasFailed { failures += 1 }
                return true
            } catch let error as DriverError where error.retry?.removal != nil {
                try host.waitForRemovals()
            } catch {
                failures += 1
                return false
            }
        }
        return false
    }

    private static func id(_ number: Int) -> NetworkID { NetworkID(unchecked: "n\(number)") }

    /// Every kind of network: on a VLAN of its own, on a VLAN within a VLAN that several share, isolated, and on the
    /// link itself, whose networks have to be of one kind.
    private mutating func request(_ number: Int) throws -> NetworkRequest {
        let parent = "p\(2 * (number % 4))"
        let modes = ["bridge", "private", "vepa", "l2", "l3", "l3s", "passthru"]
        var options = ["mode": modes[Int.random(in: modes.indices, using: &random)]]
        switch Int.random(in: 0..<6, using: &random) {
        case 0...2:
            options["parent"] = parent
            options["vlan"] = "\(100 + number)"
        case 3:
            options["parent"] = "\(parent).\(50 + number % 3).\(100 + number)"
        case 4:
            break
        default:
            options["parent"] = parent
            options["mode"] = number % 4 < 2 ? "bridge" : "l3"
        }
        let octet = number % 250
        let subnet = try #require(IPPrefix("10.\(octet).0.0/16"))
        return NetworkRequest(id: Self.id(number), options: options, pools: [AddressPool(subnet: subnet)])
    }
}

extension Host {
    /// What is on the host: links by name, kind and state, and routes but for those of addresses that the kernel gives
    /// links by itself, in its own time.
    fileprivate func inventory() throws -> Set<String> {
        let links = try names().map { try existing($0) }
        return Set(links.map { "\($0.name) \($0.kind?.name ?? "") \($0.isUp) \($0.alias ?? "")" })
            .union(try routes().filter { $0.protocol != .kernel }.map { "\($0)" })
    }

    /// Makes more wires like the first: `p2` with `p3`, `p4` with `p5`.
    fileprivate func makeWires(_ numbers: ClosedRange<Int>) throws {
        for number in numbers { try makeWire("p\(2 * number - 2)", "p\(2 * number - 1)") }
    }
}
