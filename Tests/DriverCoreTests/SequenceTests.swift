import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Any sequence of calls")
struct SequenceTests {
    /// The seed stands in the test's name: it makes the same sequence again.
    @Test("leaves no link without its record, and no record without its link", arguments: 0..<100 as Range<UInt64>)
    func untroubled(seed: UInt64) throws {
        var story = try Story(seed: seed)
        for _ in 0..<100 {
            let call = story.nextCall()
            try? call.run(&story.lab)
            story.othersAct()
            try story.expectAgreement(after: call)
        }
        try story.expectNothingLeftAfterTheEnd()
    }

    @Test("does so when steps fail now and then, and the calls are made again", arguments: 0..<100 as Range<UInt64>)
    func troubled(seed: UInt64) throws {
        var story = try Story(seed: seed)
        for _ in 0..<100 {
            let call = story.nextCall()
            story.lab.faults.reset(failingAt: .random(in: 1...12, using: &story.random))
            try? call.run(&story.lab)
            let leftOver = story.remainsAtNextLooks.leftOver
            #expect(leftOver.isEmpty, "\(leftOver) after \(call.words) failed, seed \(seed)")
            story.lab.faults.reset()
            try? call.run(&story.lab)
            story.othersAct()
            try story.expectAgreement(after: call)
        }
        try story.expectNothingLeftAfterTheEnd()
    }
}

/// A call of the engine's.
private struct Call {
    let words: String
    let run: (inout Lab) throws(DriverError) -> Void
}

/// A host's life: an engine that calls as it pleases, containers that start and die, and removals that take their time.
private struct Story {
    private static let networks: [NetworkID] = [.first, .second, .third, .swarm]
    private static let endpoints = (1...6).map { EndpointID(unchecked: "\($0)endpoint") }
    private static let addresses: [IPPrefix] = [
        "192.168.50.10/24", "192.168.50.11/24", "10.50.0.10/16", "fd00:50::10/64",
    ]
    private static let parents = [
        nil, "eth0", "eth1", "eth0.50", "eth0.60", "eth0.50.7", "eth0.70.8", "eth0.7", "guests", "br0", "eth3",
    ]
    private static let vlans = [nil, "50", "100.20", "100.30"]
    private static let modes = ["bridge", "private", "passthru", "l2", "l3", "l3s"]

    let seed: UInt64
    var random: SeededGenerator
    var lab: Lab
    private let foreign: Set<Remains.Link>
    private var clock = Duration.zero

    init(seed: UInt64) throws {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        lab = try Lab()
        foreign = Remains(lab.driver).links
    }

    mutating func nextCall() -> Call {
        let network = pick(Self.networks)
        let endpoint = pick(Self.endpoints)
        switch Int.random(in: 0..<10, using: &random) {
        case 0...2:
            var options = ["mode": pick(Self.modes)]
            options["parent"] = pick(Self.parents)
            if options["parent"] == "eth1" { options["vlan"] = pick(Self.vlans) }
            return Call(words: "create network \(network.short) \(options)") { lab throws(DriverError) in
                try lab.createNetwork(network, options)
            }
        case 3:
            return Call(words: "delete network \(network.short)") { lab throws(DriverError) in
                try lab.deleteNetwork(network)
            }
        case 4, 5:
            let addresses = [pick(Self.addresses)]
            return Call(words: "create endpoint \(endpoint) in \(network.short)") { lab throws(DriverError) in
                try lab.createEndpoint(endpoint, in: network, addresses)
            }
        case 6, 7:
            return Call(words: "join \(endpoint) to \(network.short)") { lab throws(DriverError) in
                try lab.join(endpoint, in: network)
            }
        case 8:
            clock += .seconds(.random(in: 0...40, using: &random))
            let (now, extent) = (clock, Bool.random(using: &random) ? LookExtent.host : .everywhere)
            return Call(words: "look at the host") { lab throws(DriverError) in
                lab.driver.repair(at: now, extent)
            }
        default:
            return Call(words: "delete endpoint \(endpoint)") { lab throws(DriverError) in
                lab.bringBack(endpoint)
                try lab.deleteEndpoint(endpoint)
            }
        }
    }

    /// The engine takes links into containers, containers die with theirs, and removals end.
    mutating func othersAct() {
        if let link = LinkNames.endpoint(pick(Self.endpoints)) {
            switch Int.random(in: 0..<6, using: &random) {
            case 0, 1: lab.driver.host.takeIntoContainer(link.text)
            case 2: lab.driver.host.remove(link.text)
            default: break
            }
        }
        if Bool.random(using: &random) { lab.driver.host.finishRemovals() }
    }

    /// What is left when the host has been looked at for some time: a VLAN link that a container was on is kept until
    /// then.
    var remainsAtNextLooks: Remains {
        let remains = Remains(lab.driver)
        guard !remains.leftOver.isEmpty else { return remains }
        var copy = lab
        copy.faults.reset()
        for second in [0, 30, 60, 90] {
            copy.driver.repair(at: clock + .seconds(second))
            copy.driver.host.finishRemovals()
        }
        return Remains(copy.driver)
    }

    func expectAgreement(after call: Call) throws {
        let remains = remainsAtNextLooks
        let lost = foreign.subtracting(remains.links).map(\.name)
        let problems = remains.leftOver + remains.missing + lost
        #expect(problems.isEmpty, "\(problems) after \(call.words), seed \(seed)")
    }

    mutating func expectNothingLeftAfterTheEnd() throws {
        for endpoint in Self.endpoints {
            lab.bringBack(endpoint)
            try lab.deleteEndpoint(endpoint)
        }
        for network in Self.networks { try lab.deleteNetwork(network) }
        // What containers held that are gone only now.
        for link in lab.driver.host.inContainers { lab.driver.host.removeInContainer(link.name) }
        for _ in 0..<4 {
            clock += .seconds(30)
            lab.driver.host.finishRemovals()
            lab.driver.repair(at: clock, .everywhere)
        }
        lab.driver.host.finishRemovals()
        let remains = Remains(lab.driver)
        #expect(remains.links == foreign, "seed \(seed)")
        #expect(remains.networks.isEmpty && remains.storedNetworks.isEmpty)
        #expect(remains.endpoints.isEmpty && remains.storedEndpoints.isEmpty)
    }

    private mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[Int.random(in: choices.indices, using: &random)]
    }
}
