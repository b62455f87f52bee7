import CallTestKit
import DriverTestKit
import Glibc
import KernelTestKit
import Logging
import NetlinkTestKit
import NetworkTypes
import RemoteDriver
import RouteNetlink
import TestSupport
import Testing

@testable import DriverCore
@testable import KernelHostNetwork

@Suite(
    "Foreign links, addresses and routes", .needsNetworkNamespaces, .needs(.veth), .needs(.macvlan), .needs(.bridge),
    .timeLimit(.minutes(10)))
struct ForeignLinkTests {
    /// The environment variable SWIFTVLAN_SEED selects another seed.
    static let seeds: [UInt64] = {
        guard let text = getenv("SWIFTVLAN_SEED"), let seed = UInt64(String(cString: text)) else { return [4, 6] }
        return [seed]
    }()

    /// The seed in the test's name reproduces the calls.
    @Test("Foreign veth, macvlan and bridge links stay unchanged whatever Docker calls", arguments: seeds)
    func someKinds(seed: UInt64) async throws { try await callAtRandom(seed, [.macvlan, .bridge]) }

    @Test(
        "Foreign links of every kind stay unchanged whatever Docker calls",
        .needs(.bond), .needs(.dummy), .needs(.ipvlan), .needs(.macvtap), .needs(.team), .needs(.tun), .needs(.vlan),
        .needs(.vrf), arguments: seeds)
    func everyKind(seed: UInt64) async throws {
        try await callAtRandom(
            seed, [.bond, .bridge, .dummy, .ipvlan, .macvlan, .macvtap, .team, .tun, .vlan, .vrf])
    }

    private func callAtRandom(_ seed: UInt64, _ kinds: Set<OptionalLinkKind>) async throws {
        try await withNetworkNamespace {
            var history = try RandomHistory(ForeignHostFixture(kinds), seed: seed)
            for _ in 0..<200 { try history.takeStep() }
            try history.end()
            let summary = "seed \(seed): \(history.summary)"
            print("Foreign links, \(summary)")
            #expect(history.created > 5 && history.joined > 2 && history.refused > 40, "\(summary)")
        }
    }
}

/// Random calls on a host where other programs also create links and Docker moves links into containers.
private struct RandomHistory {
    private let foreign: ForeignHostFixture
    private var calls: RandomCalls
    private var driver: Driver
    private var before: ForeignState
    private var clock = Duration.zero
    private let container: OtherNetworkNamespace
    private(set) var created = 0
    private(set) var joined = 0
    private(set) var refused = 0
    private var taken = 0

    private var host: HostFixture { foreign.host }
    var summary: String {
        "\(before.indexes.count) foreign links, \(created) networks created, \(joined) joins, \(taken) "
            + "of our links replaced, \(refused) calls refused"
    }

    init(_ foreign: ForeignHostFixture, seed: UInt64) throws {
        self.foreign = foreign
        driver = try Driver(host: foreign.host.kernel, store: MemoryStore())
        container = try OtherNetworkNamespace()
        before = try ForeignState()
        let links = try foreign.host.names().sorted().map { try foreign.host.existing($0) }
        let macAddresses = links.compactMap { $0.macAddress?.description }
        calls = RandomCalls(seed: seed, .amongForeign(links: links.map(\.name), macAddresses: macAddresses))
        try settle()
        #expect(try foreign.host.kernel.retireUnfinishedLinks() == 0)
        try expectUnchanged(after: "a start")
    }

    /// Waits until carriers, addresses and port states are stable. The kernel updates carriers at most once a second
    /// (net/core/link_watch.c, `linkwatch_nextevent`), so a shorter time without changes proves nothing.
    private mutating func settle() throws {
        var still = 0
        for _ in 0..<500 {
            usleep(200_000)
            let now = try ForeignState()
            still = now.changes(since: before, byRule: false).isEmpty ? still + 1 : 0
            before = now
            if still == 7 { return }
        }
        Issue.record("the host does not become stable")
    }

    /// Makes a call, reconciles, or changes the host like another program.
    mutating func takeStep() throws {
        switch Int.random(in: 0..<20, using: &calls.random) {
        case 0, 1:
            clock += .seconds(.random(in: 0...40, using: &calls.random))
            _ = driver.reconcile(at: clock, calls.random.happens(0.5) ? .host : .everywhere)
            try expectUnchanged(after: "a reconciliation")
        case 2: try takePlace()
        default:
            let call = calls.next()
            if call.kind == .deleteEndpoint, calls.random.happens(0.5) { try bringBack() }
            try make(call)
        }
    }

    private mutating func make(_ call: EngineCall) throws {
        let body = calls.body(of: call)
        let answer = try answer(to: call, body)
        let isRefused = answer.contains(#""Err""#)
        refused += isRefused ? 1 : 0
        created += !isRefused && call.kind == .createNetwork ? 1 : 0
        try expectUnchanged(after: "\(call.path) \(String(decoding: body, as: UTF8.self)), answered with \(answer)")
        guard !isRefused, call.kind == .join else { return }
        joined += 1
        if calls.random.happens(0.5) { try takeIntoContainer() }
    }

    /// Makes a call and, like the daemon, repeats it while a link that is being removed blocks it.
    private mutating func answer(to call: EngineCall, _ body: [UInt8]) throws -> String {
        for _ in 0..<100 {
            let result = driver.result(path: call.path, body: body)
            guard result.retry?.removal != nil else {
                let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
                return String(decoding: result.answer(logger: logger).body, as: UTF8.self)
            }
            try host.waitForRemovals()
        }
        Issue.record("a call never stops asking for a retry: \(call), seed \(calls.seed)")
        return ""
    }

    // MARK: Actions of Docker and other programs

    /// Moves an endpoint's link into the container, and brings it up there if possible.
    private mutating func takeIntoContainer() throws {
        for link in try ownLinks() {
            guard case .endpoint? = link.owner, link.removal == nil else { continue }
            // The kernel refuses this if the container still has a lost link of the same name.
            guard (try? host.move(try host.existing(link.name), to: container)) != nil else { continue }
            try? container.client.setUp(link.name)
            return try expectUnchanged(after: "\(link.name) was taken into a container")
        }
    }

    private mutating func bringBack() throws {
        guard let link = try container.client.links().first(where: { !$0.isLoopback }) else { return }
        try withCurrentNamespaceFile { home in
            try container.client.change(link.index, named: link.name, LinkChanges(isUp: false))
            try? container.client.alter(link, namespace: home)
        }
        try expectUnchanged(after: "\(link.name) came back from a container")
    }

    /// Removes a link that the driver created for a network, and creates another with that name: a bridge, or the same
    /// VLAN but down and without an alias.
    private mutating func takePlace() throws {
        try host.waitForRemovals()
        let links = try ownLinks().filter { if case .endpoint? = $0.owner { false } else { true } }
        guard taken < 5, let link = links.randomElement(using: &calls.random) else { return }
        try host.delete(link)
        try expectUnchanged(after: "\(link.name) was removed")
        let lower = try link.lowerIndex.flatMap { try host.kernel.link(at: $0) }
        if case .vlan(let tag?) = link.kind, let lower, calls.random.happens(0.5) {
            _ = try host.make(link.name, .vlan(VLANLink(tag: tag)), on: try host.existing(lower.name))
        } else {
            _ = try host.make(link.name, .other(name: "bridge", data: []))
        }
        taken += 1
        before = try before.adding([try host.existing(link.name).index.number])
    }

    private func ownLinks() throws -> [HostLink] {
        try host.kernel.links().filter { !before.indexes.contains($0.index.number) && $0.owner != .retired }
            .filter { $0.owner != nil }.sorted { $0.name < $1.name }
    }

    // MARK: Checks

    private mutating func expectUnchanged(after words: String) throws {
        let now = try ForeignState(of: before.indexes)
        let changes = now.changes(since: before, byRule: true)
        #expect(changes.isEmpty, "\(changes) after \(words), seed \(calls.seed)")
        // Report each change once.
        if !changes.isEmpty { before = now }
        // All other links have an alias of the driver.
        let withoutAlias = now.otherAliases.filter { $0.value.flatMap { LinkOwner(alias: $0) } == nil }
        #expect(withoutAlias.isEmpty, "\(withoutAlias) after \(words), seed \(calls.seed)")
    }

    /// Deletes everything, and checks that only the foreign links, addresses and routes remain, unchanged.
    mutating func end() throws {
        for link in try container.client.links() where !link.isLoopback {
            try container.client.delete(link.index, named: link.name)
        }
        // Known networks, some with damaged identifiers, and unknown ones.
        let endpoints = Set(driver.registry.endpoints.keys).union(ForeignHostFixture.endpoints).map(\.text).sorted()
        let networks = Set(driver.registry.networks.keys).union(ForeignHostFixture.networks).map(\.text).sorted()
        for endpoint in endpoints {
            try expectDone(EngineCall(.deleteEndpoint, network: NetworkID.first.text, endpoint: endpoint))
        }
        for network in networks { try expectDone(EngineCall(.deleteNetwork, network: network)) }
        for _ in 0..<4 {
            clock += .seconds(31)
            try host.waitForRemovals()
            _ = driver.reconcile(at: clock, .everywhere)
        }
        try host.waitForRemovals()
        #expect(
            driver.status == "0 networks" && driver.registry.endpoints.isEmpty && !driver.hasPendingRemovals,
            "seed \(calls.seed)")
        let links = try host.kernel.links()
        // A VLAN link stays while it has a foreign upper link, which would be removed with it.
        let lowers = Set(links.filter { before.indexes.contains($0.index.number) }.compactMap(\.lowerIndex))
        let left = links.filter { !before.indexes.contains($0.index.number) && !lowers.contains($0.index) }
        #expect(left.isEmpty, "\(left.map(\.name)) are left at the end, seed \(calls.seed)")
        let now = try ForeignState(of: before.indexes)
        let changes = now.changes(since: before, byRule: false)
        #expect(changes.isEmpty, "\(changes) at the end, seed \(calls.seed)")
    }

    private mutating func expectDone(_ call: EngineCall) throws {
        #expect(try answer(to: call, Array(call.body.utf8)) == "{}", "\(call), seed \(calls.seed)")
        try expectUnchanged(after: call.description)
    }
}
