import ControlAPI
import DriverTestKit
import KernelHostNetwork
import Logging
import Metrics
import NetworkTypes
import RemoteDriver
import Testing

@testable import DriverCore
@testable import swiftvlan

extension MetricsReport {
    /// The report of a daemon with one parent that has just started.
    static var sample: MetricsReport {
        let status = StatusDocument(
            networks: [NetworkDocument(id: "1", kind: "macvlan", mode: "bridge", parent: "eth0")],
            links: [LinkDocument(name: "eth0", role: .host)])
        return MetricsReport(
            counters: DaemonMetrics(), snapshot: DriverSnapshot(), links: ParentStates(status), pendingRemovals: 0,
            pendingLinks: 0, version: "0.1.0")
    }
}

@Suite("The daemon's metrics")
struct MetricsReportTests {
    private func scrape(_ snapshot: DriverSnapshot, _ status: StatusDocument = StatusDocument()) -> Scrape {
        let report = MetricsReport(
            counters: DaemonMetrics(), snapshot: snapshot, links: ParentStates(status), pendingRemovals: 2,
            pendingLinks: 3, version: "0.1.0")
        return Scrape(String(decoding: Exposition(report.families).bytes, as: UTF8.self))
    }

    private static func network(_ number: Int) -> Network? {
        guard let name = LinkName("eth\(number)") else { return nil }
        return Network(
            id: NetworkID(unchecked: "n\(number)"), attachment: .macvlan(.bridge), parent: .existing(name),
            isInternal: false, pools: .lan)
    }

    @Test("Networks are counted by condition, and those with unreadable records separately")
    func networks() throws {
        let networks = (0..<6).compactMap(Self.network)
        let ids = networks.map(\.id)
        let snapshot = DriverSnapshot(
            networks: Dictionary(uniqueKeysWithValues: networks.map { ($0.id, $0) }),
            conditions: [
                ids[0]: .waiting(forLink: "eth0"), ids[1]: .waiting(forLink: "eth1"), ids[2]: .blocked(message: "x"),
                ids[3]: .ready,
                // Of a network that is gone.
                NetworkID(unchecked: "gone"): .blocked(message: "y"),
            ],
            unreadable: [NetworkID(unchecked: "bad"): "z"])
        let scrape = scrape(snapshot)
        let counts = ["ok", "waiting", "blocked", "unreadable"].map { scrape[#"swiftvlan_networks{state="\#($0)"}"#] }
        #expect(counts == [3, 2, 1, 1])
        #expect(scrape["swiftvlan_removals_pending"] == 2)
        #expect(scrape["swiftvlan_link_removals_in_progress"] == 3)
    }

    @Test("Each repair has a label of its own, and its count")
    func repairs() {
        let counts = Dictionary(uniqueKeysWithValues: Repair.allCases.enumerated().map { ($1, $0 + 1) })
        let scrape = scrape(DriverSnapshot(repairs: counts, lanActivity: [.questions: 7, .announcements: 8]))
        #expect(Set(Repair.allCases.map(\.label)).count == Repair.allCases.count)
        for (repair, count) in counts {
            #expect(scrape[#"swiftvlan_repairs_total{kind="\#(repair.label)"}"#] == Double(count))
        }
        #expect(scrape["swiftvlan_conflict_checks_total"] == 7)
        #expect(scrape["swiftvlan_conflicts_found_total"] == 0)
        #expect(scrape["swiftvlan_announcements_total"] == 8)
    }

    @Test("Each parent is counted once, in the state of its link")
    func parents() {
        let links = [
            LinkDocument(name: "eth0", role: .host), LinkDocument(name: "eth0.5", role: .vlan, hasCarrier: false),
            LinkDocument(name: "eth1", role: .host, isUp: false, hasCarrier: false),
            LinkDocument(name: "eth2", role: .host, exists: false, isUp: false, hasCarrier: false),
            LinkDocument(name: "svh0", role: .shim, isUp: false),
        ]
        let parents = ["eth0", "eth0", "eth0.5", "eth1", "eth2", "eth3"]
        let networks = parents.enumerated().map {
            NetworkDocument(id: "\($0)", kind: "macvlan", mode: "bridge", parent: $1)
        }
        let scrape = scrape(DriverSnapshot(), StatusDocument(networks: networks, links: links))
        let counts = ["up", "no_carrier", "down", "missing"].map { scrape[#"swiftvlan_parents{state="\#($0)"}"#] }
        #expect(counts == [1, 1, 1, 2])
        let up = ["eth0", "eth1", "eth2", "eth0.5", "svh0"].map { scrape[#"swiftvlan_host_link_up{link="\#($0)"}"#] }
        #expect(up == [1, 0, 0, nil, nil])
    }

    @Test("Thousands of networks, endpoints and links add no more time series than the limit of host links")
    func bounded() {
        let networks = (0..<4000).compactMap(Self.network)
        let endpoints = networks.map {
            Endpoint(id: EndpointID(unchecked: "e\($0.id)"), networkID: $0.id, addresses: [], macAddress: nil)
        }
        let status = StatusDocument(
            networks: networks.map {
                NetworkDocument(id: $0.id.text, kind: "macvlan", mode: "bridge", parent: $0.parent.linkName.text)
            }, links: networks.map { LinkDocument(name: $0.parent.linkName.text, role: .host) })
        let snapshot = DriverSnapshot(
            networks: Dictionary(uniqueKeysWithValues: networks.map { ($0.id, $0) }),
            endpoints: Dictionary(uniqueKeysWithValues: endpoints.map { ($0.id, $0) }),
            conditions: Dictionary(uniqueKeysWithValues: networks.map { ($0.id, .waiting(forLink: "eth0")) }))
        let scrape = scrape(snapshot, status)
        #expect(scrape[#"swiftvlan_networks{state="waiting"}"#] == 4000)
        #expect(scrape[#"swiftvlan_endpoints{state="created"}"#] == 4000)
        let empty = self.scrape(DriverSnapshot())
        #expect(scrape.series.count == empty.series.count + ParentStates.maximumHostLinks)
    }

    @Test("A call that waits for its parent is counted once, however often it is retried")
    func wait() async throws {
        let lines = LogLines()
        let host = FakeHost.usual()
        let driver = try DriverActor(
            host: host, store: MemoryStore(), reaper: LinkReaper(logger: lines.logger),
            limits: RetryLimits(parentWait: 1, orphanAge: 30), systemStart: SystemStart(time: SystemStart.uptime),
            lan: nil, logger: lines.logger)
        let ids = #""NetworkID":"\#(NetworkID.first)","EndpointID":"\#(EndpointID.web)""#
        let calls = [
            (
                "CreateNetwork",
                #"{\#(ids),"Options":{"com.docker.network.generic":{"parent":"eth0"}},"#
                    + #""IPv4Data":[{"Pool":"192.168.50.0/24"}],"IPv6Data":[]}"#
            ),
            ("CreateEndpoint", #"{\#(ids),"Options":{},"Interface":{"Address":"192.168.50.7/24"}}"#),
            ("Join", #"{\#(ids),"SandboxKey":"/s"}"#),
        ]
        for (method, body) in calls {
            if method == "Join" { _ = try driver.perform { ($0.driver.reader as? FakeHost)?.remove("eth0") } }
            guard case .driver(let call) = CallTable.decode(path: "/NetworkDriver.\(method)", body: Array(body.utf8))
            else {
                Issue.record("\(method) cannot be decoded")
                continue
            }
            let result = await driver.carryOut(call)
            #expect(result.outcome == (method == "Join" ? .refused : .ok), "\(method)")
        }
        #expect(driver.metrics.waits[.parent] == 1)
        #expect(driver.metrics.waits[.lan] == 0)
        try driver.finish()
    }

    @Test("A store that fails is counted by the type of the record, and its error is passed on")
    func store() throws {
        let counters = DaemonMetrics()
        let network = try #require(Self.network(0))
        let faults = FaultSchedule()
        faults.reset(failingAt: 1, isFatal: true)
        var store = CountingStore(MemoryStore(faults: faults), counters.storeFailures)
        #expect(throws: StateStoreError.self) { try store.save(network) }
        #expect(throws: StateStoreError.self) { try store.remove(network.id) }
        #expect(throws: StateStoreError.self) { try store.remove(EndpointID.web) }
        #expect(counters.storeFailures[.network] == 2)
        #expect(counters.storeFailures[.endpoint] == 1)
        var sound = CountingStore(MemoryStore(), counters.storeFailures)
        try sound.save(network)
        #expect(try sound.load().networks == [network])
        #expect(counters.storeFailures[.network] == 2)
    }
}
