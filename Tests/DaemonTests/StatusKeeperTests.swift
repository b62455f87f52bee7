import ControlAPI
import DriverTestKit
import KernelHostNetwork
import Logging
import NetworkTypes
import RemoteDriver
import Synchronization
import Testing

@testable import DriverCore
@testable import swiftvlan

/// A host whose links the test changes, and which counts how often they are read.
private final class WatchedHost: HostReader {
    /// What the test and the keeper share.
    final class Script: Sendable {
        let state = Mutex((links: LinksWithCarriers(), reads: 0, failure: DriverError?.none))

        var reads: Int { state.withLock { $0.reads } }

        func set(_ link: HostLink, hasCarrier: Bool) {
            state.withLock { $0.links = LinksWithCarriers(links: [link], carriers: hasCarrier ? [link.index] : []) }
        }
    }

    private let script: Script
    private let rest = ObservedHost(links: [], addresses: [], routes: [])

    init(_ script: Script) { self.script = script }

    func linksWithCarriers() throws(DriverError) -> LinksWithCarriers {
        let state = script.state.withLock { state in
            state.reads += 1
            return state
        }
        if let failure = state.failure { throw failure }
        return state.links
    }

    func link(named name: LinkName) -> HostLink? { nil }
    func link(at index: InterfaceIndex) -> HostLink? { nil }
    func links() throws(DriverError) -> [HostLink] { try linksWithCarriers().links }
    func addresses() -> [HostAddress] { [] }
    func ownRoutes() -> [HostRoute] { [] }
    func bridgeVLANs(of bridge: HostLink) -> BridgeVLANs { rest.bridgeVLANs(of: bridge) }
    func upperLinks(of parent: HostLink) -> [HostLink] { [] }
    func upperLinksElsewhere(of link: HostLink) -> [HostLink]? { nil }
    func endpointsElsewhere() -> Set<EndpointID>? { nil }
    func neighbors(on shim: HostLink) -> [HostNeighbor] { [] }
    func sources(of shim: HostLink) -> Set<MACAddress>? { nil }
    func addedRoutes(over link: HostLink) -> [HostRoute] { [] }
    func routes(to destinations: [IPPrefix], in table: RoutingTable) -> [HostRoute] { [] }
}

@Suite("The keeper of the status", .timeLimit(.minutes(1)))
struct StatusKeeperTests {
    private let script = WatchedHost.Script()
    private let driver: DriverActor
    private let keeper: StatusKeeper

    init() throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let driver = try DriverActor(
            host: FakeHost.usual(), store: MemoryStore(), reaper: LinkReaper(logger: logger),
            limits: RetryLimits(parentWait: 0, orphanAge: 30), systemStart: SystemStart(time: .zero), lan: nil,
            logger: logger)
        let daemon = DaemonDocument(version: "1", startedAt: 7, processID: 1, canUseLAN: false)
        let keeper = StatusKeeper(driver, host: WatchedHost(script), daemon: daemon, logger: logger)
        driver.notify { keeper.somethingChanged() }
        (self.driver, self.keeper) = (driver, keeper)
    }

    private func create(_ id: NetworkID = .first, on parent: String = "eth0") async throws {
        let body = """
            {"NetworkID":"\(id)","Options":{"com.docker.network.generic":{"parent":"\(parent)"}},\
            "IPv4Data":[{"Pool":"192.168.50.0/24"}],"IPv6Data":[]}
            """
        let decoded = CallTable.decode(path: "/NetworkDriver.CreateNetwork", body: Array(body.utf8))
        guard case .driver(let call) = decoded else { throw DecodingProblem() }
        _ = await driver.carryOut(call)
    }

    private struct DecodingProblem: Error {}

    private static let index = InterfaceIndex(3)

    @Test("A client that waits gets a network that is created meanwhile")
    func newNetwork() async throws {
        let first = await keeper.current()
        async let next = keeper.current(after: first.revision, within: .seconds(50))
        try await create()
        let document = try #require(await next)
        #expect(document.networks.map(\.id) == [NetworkID.first.text])
        #expect(document.revision != first.revision && document.daemon?.version == "1")
    }

    @Test("A client that asks after a change which the last document lacks need not wait for another change")
    func changeBetweenRequests() async throws {
        let first = await keeper.current()
        try await create()
        let document = try #require(await keeper.current(after: first.revision, within: .seconds(50)))
        #expect(document.networks.count == 1)
    }

    @Test("A client that waits gets a carrier's loss, which nothing reports")
    func carrier() async throws {
        let link = HostLink(index: try #require(Self.index), name: "eth0", kind: .device)
        script.set(link, hasCarrier: true)
        try await create()
        let first = await keeper.current()
        #expect(first.links.map(\.hasCarrier) == [true])
        script.set(link, hasCarrier: false)
        let document = try #require(await keeper.current(after: first.revision, within: .seconds(50)))
        #expect(document.links.map(\.hasCarrier) == [false])
    }

    @Test("While the host cannot be read, its links stay as they were")
    func failure() async throws {
        script.set(HostLink(index: try #require(Self.index), name: "eth0", kind: .device), hasCarrier: true)
        try await create()
        let first = await keeper.current()
        script.state.withLock { $0.failure = DriverError("interrupted") }
        try await create(.second, on: "eth1")
        let document = try #require(await keeper.current(after: first.revision, within: .seconds(50)))
        #expect(document.networks.count == 2)
        #expect(document.links.first { $0.name == "eth0" }?.exists == true)
    }

    @Test("While nobody asks, the host is not read")
    func idle() async throws {
        for (number, parent) in ["eth0", "eth1", "br0"].enumerated() {
            try await create([.first, .second, .third][number], on: parent)
        }
        // Answers after everything that the driver has reported.
        try keeper.perform { _ in }
        #expect(script.reads == 0)
        _ = await keeper.current()
        #expect(script.reads == 1)
    }

    @Test("One reading of the host serves all clients that ask at the same time")
    func manyClients() async {
        await withTaskGroup { group in
            for _ in 0..<200 { group.addTask { [keeper] in _ = await keeper.current() } }
        }
        // A slow machine may take longer than a document's age.
        #expect((1...20).contains(script.reads))
    }

    @Test("A revision stays while nothing changes, and a wait for another one ends in time")
    func revision() async {
        let first = await keeper.current()
        #expect(await keeper.current(after: first.revision, within: .milliseconds(300)) == nil)
        #expect(await keeper.current().revision == first.revision)
    }

    @Test("Clients that wait are answered when the daemon stops, and the thread ends")
    func stop() async throws {
        let first = await keeper.current()
        async let next = keeper.current(after: first.revision, within: .seconds(3600))
        keeper.stopWaiting()
        #expect(await next == nil)
        #expect(await keeper.current(after: first.revision, within: .seconds(3600)) == nil)
    }
}
