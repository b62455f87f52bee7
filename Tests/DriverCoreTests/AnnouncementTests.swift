import DriverTestKit
import NetworkTypes
import Testing

@testable import DriverCore

@Suite("Announcements")
struct AnnouncementTests {
    /// A network on a parent, and an endpoint that has joined.
    private static func joined(
        _ options: [String: String], parent: String = "eth0", engineAnnounces: Bool = false
    ) throws -> DriverFixture {
        var fixture = try DriverFixture()
        var request = NetworkRequest(
            id: .first, options: ["parent": parent].merging(options) { $1 }, pools: .lan)
        request.engineAnnouncesAddresses = engineAnnounces
        try fixture.driver.createNetwork(request)
        try fixture.createEndpoint(.web, ["192.168.50.7/24", "fd00:50::7/64"])
        try fixture.join()
        return fixture
    }

    @Test("An endpoint that joins is announced only if the engine announces nothing, or with announce=on")
    func join() throws {
        for (policy, engineAnnounces, count) in [
            ("auto", false, 1), ("auto", true, 0), ("on", false, 1), ("on", true, 1), ("off", false, 0),
        ] {
            var fixture = try Self.joined(["announce": policy], engineAnnounces: engineAnnounces)
            #expect(fixture.driver.takeAnnouncements().count == count, "\(policy), \(engineAnnounces)")
            #expect(fixture.driver.lanActivity[.announcements] ?? 0 == count)
        }
    }

    @Test("An announcement has all addresses of the endpoint and its link's MAC address")
    func content() throws {
        var fixture = try Self.joined([:])
        let announcement = try #require(fixture.driver.takeAnnouncements().first)
        #expect(announcement.addresses == ["192.168.50.7", "fd00:50::7"])
        #expect(announcement.macAddress == fixture.driver.registry.endpoints[.web]?.macAddress)
        #expect(try announcement.link == fixture.link("eth0").index)
    }

    @Test(
        "An ipvlan l2 or passthru endpoint is announced with the parent's MAC address", arguments: ["l2", "passthru"])
    func parentsAddress(_ mode: String) throws {
        var fixture = try Self.joined(["mode": mode])
        #expect(
            try fixture.driver.takeAnnouncements().map(\.macAddress) == [#require(fixture.link("eth0").macAddress)])
    }

    @Test("Nothing is announced at layer 3", arguments: ["l3", "l3s"], ["auto", "on"])
    func layer3(_ mode: String, _ policy: String) throws {
        var fixture = try Self.joined(["mode": mode, "announce": policy])
        let event = ParentEvent(.carrierReturned, of: try fixture.link("eth0").index)
        let after = fixture.driver.announcements(after: event)
        #expect(fixture.driver.takeAnnouncements().isEmpty)
        #expect(after.isEmpty)
    }

    @Test("After an event, the joined endpoints of the parent are announced, even if the engine announces joins")
    func event() throws {
        var fixture = try Self.joined([:], engineAnnounces: true)
        try fixture.createEndpoint(.mail, ["192.168.50.8/24"])
        let announcements = fixture.driver.announcements(
            after: ParentEvent(.carrierReturned, of: try fixture.link("eth0").index))
        #expect(announcements.map(\.addresses) == [["192.168.50.7", "fd00:50::7"]])
        let elsewhere = fixture.driver.announcements(
            after: ParentEvent(.carrierReturned, of: try fixture.link("eth1").index))
        #expect(elsewhere.isEmpty)
    }

    @Test("An event of a link concerns the endpoints on its VLANs, on which they are announced")
    func vlan() throws {
        var fixture = try Self.joined([:], parent: "eth0.50")
        let announcements = fixture.driver.announcements(
            after: ParentEvent(.failedOver, of: try fixture.link("eth0").index))
        #expect(try announcements.map(\.link) == [fixture.link("eth0.50").index])
    }

    @Test("With announce=off, nothing is announced after an event")
    func off() throws {
        var fixture = try Self.joined(["announce": "off"])
        let announcements = fixture.driver.announcements(
            after: ParentEvent(.failedOver, of: try fixture.link("eth0").index))
        #expect(announcements.isEmpty)
    }

    // MARK: Without raw frames

    @Test(
        "Without CAP_NET_RAW, options that need it are refused",
        arguments: [("conflict", "refuse"), ("announce", "on")])
    func refused(_ option: String, _ value: String) throws {
        var driver = try Driver(host: FakeHost.usual(), store: MemoryStore(), canUseLAN: false)
        let request = NetworkRequest(id: .first, options: ["parent": "eth0", option: value], pools: .lan)
        let error = #expect(throws: DriverError.self) { try driver.createNetwork(request) }
        #expect(error?.message.hasPrefix("\(option)=\(value): ") == true)
        #expect(error?.message.contains("CAP_NET_RAW") == true)
        #expect(driver.registry.networks.isEmpty)
    }

    @Test("Without CAP_NET_RAW, the defaults are silently left out")
    func defaults() throws {
        var driver = try Driver(host: FakeHost.usual(), store: MemoryStore(), canUseLAN: false)
        try driver.createNetwork(NetworkRequest(id: .first, options: ["parent": "eth0"], pools: .lan))
        _ = try driver.createEndpoint(EndpointRequest(id: .web, networkID: .first, addresses: ["192.168.50.7/24"]))
        _ = try driver.join(.web, network: .first)
        let tasks = (driver.takeQuestions(), driver.takeAnnouncements())
        #expect(tasks.0.isEmpty && tasks.1.isEmpty)
        #expect(driver.takeNotices().isEmpty)
    }

    @Test("Without CAP_NET_RAW, a recorded network whose options need it is reported at the start")
    func reported() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0", "conflict": "refuse", "announce": "on"])
        var driver = try Driver(host: fixture.host, store: fixture.store, canUseLAN: false)
        let notices = driver.takeNotices()
        #expect(notices.map(\.subject) == [.network(.first)])
        #expect(notices.first?.message.contains("conflict=refuse and announce=on") == true)
    }
}
