import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("VLAN links that the host also uses")
struct HostUseTests {
    /// A host with a network on `eth0.50`.
    private static func fixture(_ parent: String = "eth0.50") throws -> DriverFixture {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": parent])
        return fixture
    }

    /// A use of the link by the host, and its description in the notice.
    struct Use: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let act: @Sendable (FakeHost, String) -> Void

        init(_ words: String, _ act: @escaping @Sendable (FakeHost, String) -> Void) {
            testDescription = words
            self.act = act
        }

        static let all = [
            Use("the host has address 192.168.50.9/24 on it") { $0.addAddress("192.168.50.9/24", to: $1) },
            Use("the host has address fd00:50::9/64 on it") { $0.addAddress("fd00:50::9/64", to: $1) },
            Use("the host has a route to 198.51.100.0/24 over it") {
                $0.addForeignRoute(to: "198.51.100.0/24", over: $1)
            },
            Use("it is a port of \"br0\"") { $0.makePort($1, of: "br0") },
        ]
    }

    @Test(
        "Deleting the last network releases a link that the host uses, reports it once, and never touches it again",
        arguments: Use.all)
    func left(_ use: Use) throws {
        var fixture = try Self.fixture()
        use.act(fixture.host, "eth0.50")
        let before = try fixture.link("eth0.50")
        try fixture.deleteNetwork()
        #expect(
            fixture.driver.takeNotices().map(\.description) == [
                "link \"eth0.50\" is kept, because \(use.testDescription); swiftvlan no longer manages it"
            ])
        let released = before.with {
            $0.owner = nil
            $0.generatesAddress = true
        }
        #expect(try fixture.link("eth0.50") == released, "the host has its link-local address again")
        #expect(!fixture.driver.hasPendingRemovals)
        // The link stays even when the host no longer uses it.
        fixture.host.removeAddress("192.168.50.9/24")
        fixture.host.setDown("eth0.50")
        for second in [0, 30, 60] { #expect(fixture.reconcile(at: second) == []) }
        fixture.host.endPort("eth0.50")
        try fixture.createNetwork(.second, ["parent": "eth0.50"])
        try fixture.deleteNetwork(.second)
        #expect(fixture.links.contains("eth0.50"))
        try expect(fixture.link("eth0.50").isUp, equals: false)
    }

    @Test("Link-local and kernel addresses and swiftvlan's own routes do not keep a VLAN link")
    func notSomebodys() throws {
        var fixture = try DriverFixture()
        let before = fixture.links
        try fixture.createNetwork(.first, ["parent": "eth0.50", "mode": "l3"])
        fixture.host.addAddress("fe80::9/64", to: "eth0.50")
        fixture.host.addAddress("169.254.9.9/16", to: "eth0.50")
        fixture.host.addAddress("2001:db8::9/64", to: "eth0.50", isKernels: true)
        fixture.host.addAddress("192.168.50.9/24", to: "eth0")
        fixture.host.addForeignRoute(to: "198.51.100.0/24", over: "eth0")
        try fixture.deleteNetwork()
        #expect(fixture.links == before)
    }

    @Test("A VLAN link that the host uses stays ours while a network needs it")
    func stillNeeded() throws {
        var fixture = try Self.fixture()
        try fixture.createNetwork(.second, ["parent": "eth0.50"])
        fixture.host.addAddress("192.168.50.9/24", to: "eth0.50")
        try fixture.deleteNetwork(.first)
        try expect(fixture.link("eth0.50").owner, equals: .vlan)
        try fixture.deleteNetwork(.second)
        try expect(fixture.link("eth0.50").owner, equals: nil)
    }

    @Test("An outer VLAN link is kept while the host uses the inner one, and is removed after it")
    func nested() throws {
        var fixture = try Self.fixture("eth0.100.20")
        fixture.host.addAddress("192.168.50.9/24", to: "eth0.100.20")
        try fixture.deleteNetwork()
        for second in [0, 30, 60] { _ = fixture.reconcile(at: second) }
        #expect(fixture.links.isSuperset(of: ["eth0.100", "eth0.100.20"]))
        try expect(fixture.link("eth0.100.20").owner, equals: nil)
        // Only the inner link uses the outer one.
        try expect(fixture.link("eth0.100").owner, equals: .vlan)
        fixture.host.remove("eth0.100.20")
        for second in [90, 120] { _ = fixture.reconcile(at: second) }
        fixture.host.finishRemovals()
        #expect(!fixture.links.contains("eth0.100"))
    }

    @Test("An outer VLAN link that the host uses is released, and the inner one is removed")
    func nestedOuter() throws {
        var fixture = try Self.fixture("eth0.100.20")
        fixture.host.addAddress("192.168.50.9/24", to: "eth0.100")
        try fixture.deleteNetwork()
        fixture.host.finishRemovals()
        #expect(!fixture.links.contains("eth0.100.20"))
        try expect(fixture.link("eth0.100").owner, equals: nil)
    }

    @Test("A VLAN link that the host uses is released although its network's record is lost", arguments: Use.all)
    func recordLost(_ use: Use) throws {
        var fixture = try DriverFixture(try Self.fixture().host)
        use.act(fixture.host, "eth0.50")
        var messages: [String] = []
        for second in [0, 30, 60, 90] { messages += fixture.reconcile(at: second) }
        #expect(
            messages == ["link \"eth0.50\" is kept, because \(use.testDescription); swiftvlan no longer manages it"])
        try expect(fixture.link("eth0.50").owner, equals: nil)
    }

    @Test("A VLAN link that the host uses is released when its lower link's name moves, and its network is blocked")
    func stale() throws {
        var fixture = try Self.fixture()
        fixture.host.addAddress("192.168.50.9/24", to: "eth0.50")
        fixture.host.rename("eth0", to: "wan")
        fixture.host.add("eth0")
        #expect(
            fixture.reconcile() == [
                "link \"eth0.50\" is kept, because the host has address 192.168.50.9/24 on it; swiftvlan no longer manages it",
                """
                network 1f0e9d8c7b6a cannot be used: link "eth0.50" is no longer VLAN 50 on "eth0"; remove or rename \
                that link, then restart the network's containers
                """,
            ])
        #expect(fixture.reconcile(at: 60) == [])
        #expect(fixture.links.contains("eth0.50"))
    }

    @Test("A host address on an isolated network's parent does not keep that link")
    func isolated() throws {
        var fixture = try DriverFixture()
        let before = fixture.links
        try fixture.createNetwork(.first, [:])
        fixture.host.addAddress("192.168.50.9/24", to: "sd-1f0e9d8c7b6a")
        try fixture.deleteNetwork()
        #expect(fixture.links == before)
    }

    @Test("A failed step of the release neither removes nor forgets the link, and is retried", arguments: 1...8)
    func failing(step: Int) throws {
        var fixture = try Self.fixture()
        fixture.host.addAddress("192.168.50.9/24", to: "eth0.50")
        fixture.faults.reset(failingAt: step)
        try? fixture.deleteNetwork()
        #expect(fixture.links.contains("eth0.50"))
        fixture.faults.reset()
        try fixture.deleteNetwork()
        fixture.driver.retryPendingRemovals()
        try expect(fixture.link("eth0.50").owner, equals: nil)
        #expect(!fixture.driver.hasPendingRemovals)
    }

    @Test("Reconciliation does not change a released link")
    func noUpkeep() throws {
        var fixture = try Self.fixture()
        try fixture.host.release(fixture.link("eth0.50"))
        fixture.host.setDown("eth0.50")
        fixture.host.setMTU(1400, of: "eth0.50")
        #expect(fixture.reconcile() == [])
        try expect(fixture.link("eth0.50").isUp, equals: false)
        try expect(fixture.link("eth0.50").mtu, equals: 1400)
        try fixture.createEndpoint()
        try fixture.join()
    }
}
