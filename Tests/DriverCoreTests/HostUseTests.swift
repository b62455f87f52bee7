import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("VLAN links that the host also uses")
struct HostUseTests {
    /// A host with a network on `eth0.50`.
    private static func lab(_ parent: String = "eth0.50") throws -> DriverFixture {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": parent])
        return lab
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
        var lab = try Self.lab()
        use.act(lab.host, "eth0.50")
        let before = try lab.link("eth0.50")
        try lab.deleteNetwork()
        #expect(
            lab.driver.takeNotices().map(\.description) == [
                "link \"eth0.50\" stays: \(use.testDescription); it is the host's from now on"
            ])
        let released = before.with {
            $0.owner = nil
            $0.generatesAddress = true
        }
        #expect(try lab.link("eth0.50") == released, "the host has its link-local address again")
        #expect(!lab.driver.hasPendingRemovals)
        // The link stays even when the host no longer uses it.
        lab.host.removeAddress("192.168.50.9/24")
        lab.host.setDown("eth0.50")
        for second in [0, 30, 60] { #expect(lab.reconcile(at: second) == []) }
        lab.host.endPort("eth0.50")
        try lab.createNetwork(.second, ["parent": "eth0.50"])
        try lab.deleteNetwork(.second)
        #expect(lab.links.contains("eth0.50"))
        try expect(lab.link("eth0.50").isUp, equals: false)
    }

    @Test("Link-local and kernel addresses and swiftvlan's own routes do not keep a VLAN link")
    func notSomebodys() throws {
        var lab = try DriverFixture()
        let before = lab.links
        try lab.createNetwork(.first, ["parent": "eth0.50", "mode": "l3"])
        lab.host.addAddress("fe80::9/64", to: "eth0.50")
        lab.host.addAddress("169.254.9.9/16", to: "eth0.50")
        lab.host.addAddress("2001:db8::9/64", to: "eth0.50", isKernels: true)
        lab.host.addAddress("192.168.50.9/24", to: "eth0")
        lab.host.addForeignRoute(to: "198.51.100.0/24", over: "eth0")
        try lab.deleteNetwork()
        #expect(lab.links == before)
    }

    @Test("A VLAN link that the host uses stays ours while a network needs it")
    func stillNeeded() throws {
        var lab = try Self.lab()
        try lab.createNetwork(.second, ["parent": "eth0.50"])
        lab.host.addAddress("192.168.50.9/24", to: "eth0.50")
        try lab.deleteNetwork(.first)
        try expect(lab.link("eth0.50").owner, equals: .vlan)
        try lab.deleteNetwork(.second)
        try expect(lab.link("eth0.50").owner, equals: nil)
    }

    @Test("An outer VLAN link is kept while the host uses the inner one, and is removed after it")
    func nested() throws {
        var lab = try Self.lab("eth0.100.20")
        lab.host.addAddress("192.168.50.9/24", to: "eth0.100.20")
        try lab.deleteNetwork()
        for second in [0, 30, 60] { _ = lab.reconcile(at: second) }
        #expect(lab.links.isSuperset(of: ["eth0.100", "eth0.100.20"]))
        try expect(lab.link("eth0.100.20").owner, equals: nil)
        // Only the inner link uses the outer one.
        try expect(lab.link("eth0.100").owner, equals: .vlan)
        lab.host.remove("eth0.100.20")
        for second in [90, 120] { _ = lab.reconcile(at: second) }
        lab.host.finishRemovals()
        #expect(!lab.links.contains("eth0.100"))
    }

    @Test("An outer VLAN link that the host uses is released, and the inner one is removed")
    func nestedOuter() throws {
        var lab = try Self.lab("eth0.100.20")
        lab.host.addAddress("192.168.50.9/24", to: "eth0.100")
        try lab.deleteNetwork()
        lab.host.finishRemovals()
        #expect(!lab.links.contains("eth0.100.20"))
        try expect(lab.link("eth0.100").owner, equals: nil)
    }

    @Test("A VLAN link that the host uses is released although its network's record is lost", arguments: Use.all)
    func recordLost(_ use: Use) throws {
        var lab = try DriverFixture(try Self.lab().host)
        use.act(lab.host, "eth0.50")
        var messages: [String] = []
        for second in [0, 30, 60, 90] { messages += lab.reconcile(at: second) }
        #expect(messages == ["link \"eth0.50\" stays: \(use.testDescription); it is the host's from now on"])
        try expect(lab.link("eth0.50").owner, equals: nil)
    }

    @Test("A VLAN link that the host uses is released when its lower link's name moves, and its network is blocked")
    func stale() throws {
        var lab = try Self.lab()
        lab.host.addAddress("192.168.50.9/24", to: "eth0.50")
        lab.host.rename("eth0", to: "wan")
        lab.host.add("eth0")
        #expect(
            lab.reconcile() == [
                "link \"eth0.50\" stays: the host has address 192.168.50.9/24 on it; it is the host's from now on",
                """
                network 1f0e9d8c7b6a cannot be used: link "eth0.50" is not VLAN 50 on eth0 any more; remove or rename \
                that link and start the container again
                """,
            ])
        #expect(lab.reconcile(at: 60) == [])
        #expect(lab.links.contains("eth0.50"))
    }

    @Test("A host address on an isolated network's parent does not keep that link")
    func isolated() throws {
        var lab = try DriverFixture()
        let before = lab.links
        try lab.createNetwork(.first, [:])
        lab.host.addAddress("192.168.50.9/24", to: "sd-1f0e9d8c7b6a")
        try lab.deleteNetwork()
        #expect(lab.links == before)
    }

    @Test("A failed step of the release neither removes nor forgets the link, and is retried", arguments: 1...8)
    func failing(step: Int) throws {
        var lab = try Self.lab()
        lab.host.addAddress("192.168.50.9/24", to: "eth0.50")
        lab.faults.reset(failingAt: step)
        try? lab.deleteNetwork()
        #expect(lab.links.contains("eth0.50"))
        lab.faults.reset()
        try lab.deleteNetwork()
        lab.driver.retryPendingRemovals()
        try expect(lab.link("eth0.50").owner, equals: nil)
        #expect(!lab.driver.hasPendingRemovals)
    }

    @Test("Reconciliation does not change a released link")
    func noUpkeep() throws {
        var lab = try Self.lab()
        try lab.host.release(lab.link("eth0.50"))
        lab.host.setDown("eth0.50")
        lab.host.setMTU(1400, of: "eth0.50")
        #expect(lab.reconcile() == [])
        try expect(lab.link("eth0.50").isUp, equals: false)
        try expect(lab.link("eth0.50").mtu, equals: 1400)
        try lab.createEndpoint()
        try lab.join()
    }
}
