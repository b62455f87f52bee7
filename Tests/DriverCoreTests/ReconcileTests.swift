import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Reconciliation")
struct ReconcileTests {
    /// Damage to a network's links or routes, and the messages of the reconciliation after it.
    struct Damage: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let options: [String: String]
        let happen: @Sendable (FakeHost) -> Void
        let messages: [String]

        init(
            _ description: String, _ options: [String: String], _ happen: @escaping @Sendable (FakeHost) -> Void,
            _ messages: String...
        ) {
            testDescription = description
            self.options = options
            self.happen = happen
            self.messages = messages
        }
    }

    private static let damages = [
        Damage(
            "a VLAN link is removed", ["parent": "eth0.50"], { $0.remove("eth0.50") },
            #"link "eth0.50" of network 1f0e9d8c7b6a was gone and has been created again"#),
        Damage(
            "the lower of two VLAN links is removed", ["parent": "eth0.50.60"], { $0.remove("eth0.50") },
            #"link "eth0.50" of network 1f0e9d8c7b6a was gone and has been created again"#,
            #"link "eth0.50.60" of network 1f0e9d8c7b6a was gone and has been created again"#),
        Damage(
            "a VLAN link is brought down", ["parent": "eth0.50"], { $0.setDown("eth0.50") },
            #"link "eth0.50" was down and has been set up again"#),
        Damage(
            "a VLAN link's MTU was lowered with its parent's", ["parent": "eth0.50"],
            {
                $0.setMTU(1400, of: "eth0")
                $0.setMTU(1500, of: "eth0")
            }, #"raised the MTU of link "eth0.50" to 1500, like its parent"#),
        Damage(
            "an isolated network's parent is removed", [:], { $0.remove("sd-1f0e9d8c7b6a") },
            #"link "sd-1f0e9d8c7b6a" of network 1f0e9d8c7b6a was gone and has been created again"#),
        Damage(
            "an isolated network's parent is brought down", [:], { $0.setDown("sd-1f0e9d8c7b6a") },
            #"link "sd-1f0e9d8c7b6a" was down and has been set up again"#),
        Damage(
            "a host route is removed", ["parent": "eth0", "mode": "l3"],
            { $0.removeRoutes(to: "10.50.0.0/16") },
            #"the host's route to 10.50.0.0/16 over "eth0" was gone and has been added again"#),
        Damage(
            "a VLAN link is removed with its routes", ["parent": "eth0.50", "mode": "l3"], { $0.remove("eth0.50") },
            #"link "eth0.50" of network 1f0e9d8c7b6a was gone and has been created again"#),
    ]

    @Test(
        "Reconciliation repairs our own links and routes, reports it once, and then finds nothing to do",
        arguments: damages)
    func repaired(_ damage: Damage) throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, damage.options)
        let before = ObservedState(fixture)
        damage.happen(fixture.host)
        #expect(fixture.reconcile() == damage.messages)
        #expect(ObservedState(fixture) == before)
        #expect(fixture.link(of: .first)?.isUp == true)
        #expect(fixture.link(of: .first)?.mtu == 1500)
        let repairs = fixture.driver.applier.report.changes
        #expect(repairs >= damage.messages.count)
        #expect(fixture.reconcile() == [])
        #expect(fixture.driver.applier.report.changes == repairs)
        #expect(!fixture.last.isUnfinished)
        #expect(!fixture.last.isWatching)
    }

    @Test("Reconciliation changes nothing when all is well")
    func quiet() throws {
        var fixture = try DriverFixture()
        for (id, options) in [(NetworkID.first, ["parent": "eth0.50"]), (.second, [:])] {
            try fixture.createNetwork(id, options)
        }
        fixture.faults.reset()
        #expect(fixture.reconcile() == [])
        // The links, and the routes, because an earlier run may have left orphans.
        #expect(fixture.faults.steps == 2)
        fixture.faults.reset()
        #expect(fixture.reconcile() == [])
        #expect(fixture.faults.steps == 1)
    }

    @Test("Reconciliation reports missing parents and recovers when they return")
    func parentAway() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth1"])
        try fixture.createNetwork(.second, ["parent": "eth0.50", "mode": "l3"])
        let before = ObservedState(fixture)
        fixture.host.remove("eth0")
        fixture.host.rename("eth1", to: "lan1")
        #expect(
            fixture.reconcile() == [
                """
                network 1f0e9d8c7b6a waits for link "eth1", which is not on this host; its containers can start when \
                the link is back
                """,
                """
                network 2f0e9d8c7b6a waits for link "eth0", which is not on this host; its containers can start when \
                the link is back
                """,
            ])
        #expect(fixture.driver.status == "2 networks, 1 waiting for eth0, 1 waiting for eth1")
        #expect(fixture.reconcile() == [])
        try fixture.createEndpoint(.web, in: .second, ["192.168.50.10/24"])
        try expect(
            fixture.refusal { fixture throws(DriverError) in try fixture.join(.web, in: .second) },
            equals: """
                network 2f0e9d8c7b6a cannot be used: its parent link "eth0" is not on this host now; bring the link \
                back and start the container again
                """)
        try fixture.deleteEndpoint(.web)

        fixture.host.rename("lan1", to: "eth1")
        fixture.host.add("eth0")
        let messages = fixture.reconcile()
        #expect(messages.first == #"network 1f0e9d8c7b6a works again: link "eth1" is back"#)
        #expect(messages.last == #"network 2f0e9d8c7b6a works again: link "eth0" is back"#)
        #expect(ObservedState(fixture).missing == [])
        #expect(ObservedState(fixture).routes == before.routes)
        #expect(fixture.driver.status == "2 networks")
        #expect(fixture.driver.repairs[.parentsLost] == 2)
        #expect(fixture.driver.repairs[.parentsFound] == 2)
    }

    @Test("Reconciliation keeps a foreign link in place of a VLAN link and reports it")
    func replaced() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        fixture.host.remove("eth0.50")
        fixture.host.add("eth0.50", kind: .vlan(51), on: try fixture.link("eth0").index)
        #expect(
            fixture.reconcile() == [
                """
                network 1f0e9d8c7b6a cannot be used: link "eth0.50" is no longer VLAN 50 on "eth0"; remove or rename \
                that link, then restart the network's containers
                """
            ])
        #expect(fixture.driver.status == "1 network, 1 blocked")
        #expect(fixture.reconcile() == [])
        fixture.host.remove("eth0.50")
        #expect(
            fixture.reconcile() == [
                #"link "eth0.50" of network 1f0e9d8c7b6a was gone and has been created again"#,
                "network 1f0e9d8c7b6a works again",
            ])
        try expect(fixture.link("eth0.50").owner, equals: .vlan)
    }

    @Test("Reconciliation accepts a foreign link for the same VLAN but never changes or removes it")
    func adopted() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        fixture.host.remove("eth0.50")
        fixture.host.add("eth0.50", kind: .vlan(50), on: try fixture.link("eth0").index, mtu: 1400)
        fixture.host.setDown("eth0.50")
        #expect(fixture.reconcile() == [])
        let seen = try fixture.link("eth0.50")
        #expect(!seen.isUp)
        #expect(seen.mtu == 1400)
        try fixture.deleteNetwork()
        #expect(fixture.links.contains("eth0.50"))
    }

    @Test("Reconciliation recreates a VLAN link when its parent's name moves to another link")
    func lowerRenamed() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        fixture.host.rename("eth0", to: "old0")
        let eth0 = fixture.host.add("eth0")
        _ = fixture.reconcile()
        #expect(fixture.last.isUnfinished)
        fixture.host.finishRemovals()
        _ = fixture.reconcile()
        try expect(fixture.link("eth0.50").lowerIndex, equals: eth0.index)
        #expect(!fixture.last.isUnfinished)
    }

    @Test("Reconciliation recreates both VLAN links when their parent's name moves to another link")
    func lowerOfTwoRenamed() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50.60"])
        fixture.host.rename("eth0", to: "old0")
        let eth0 = fixture.host.add("eth0")
        for _ in 0..<2 {
            _ = fixture.reconcile()
            fixture.host.finishRemovals()
        }
        try expect(fixture.link("eth0.50").lowerIndex, equals: eth0.index)
        try expect(fixture.link("eth0.50.60").lowerIndex, equals: fixture.link("eth0.50").index)
        #expect(fixture.driver.status == "1 network")
    }

    @Test("Reconciliation finds a parent by its alternative name and repairs its routes and VLAN links")
    func alternativeName() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth1", "mode": "l3"])
        try fixture.createNetwork(.second, ["parent": "eth0.50"])
        let before = fixture.host.routes
        for (name, other) in [("eth0", "wan0"), ("eth1", "wan1")] {
            fixture.host.rename(name, to: other)
            fixture.host.addName(name, to: other)
        }
        fixture.host.setDown("eth0.50")
        #expect(fixture.reconcile() == [#"link "eth0.50" was down and has been set up again"#])
        #expect(fixture.host.routes == before)
        fixture.host.removeRoutes(to: "10.50.0.0/16")
        #expect(fixture.reconcile().count == 1)
        #expect(Set(fixture.host.routes) == Set(before))
    }

    @Test("Reconciliation adds no route over a foreign link in place of a VLAN link")
    func routesOverReplaced() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50", "mode": "l3"])
        fixture.host.remove("eth0.50")
        fixture.host.add("eth0.50", kind: .vlan(51), on: try fixture.link("eth0").index)
        for second in [0, 30, 60] { _ = fixture.reconcile(at: second) }
        #expect(fixture.host.routes.isEmpty)
    }

    @Test("Reconciliation keeps a foreign route in place of ours and adds ours when it is gone")
    func foreignRoute() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(
            .first, ["parent": "eth1", "mode": "l3"], pools: [AddressPool(subnet: "10.1.0.0/16")])
        let before = fixture.host.routes
        fixture.host.removeRoutes(to: "10.1.0.0/16")
        fixture.host.addForeignRoute(to: "10.1.0.0/16", over: "eth0")
        let foreign = fixture.host.routes
        for second in [0, 30, 60] { #expect(fixture.reconcile(at: second) == []) }
        #expect(fixture.host.routes == foreign)
        fixture.host.removeForeignRoutes(to: "10.1.0.0/16")
        #expect(
            fixture.reconcile() == [#"the host's route to 10.1.0.0/16 over "eth1" was gone and has been added again"#])
        #expect(fixture.host.routes == before)
    }

    @Test("Reconciliation reports a refused route once and retries until it is added")
    func routeRefused() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(
            .first, ["parent": "eth1", "mode": "l3"], pools: [AddressPool(subnet: "10.1.0.0/16")])
        fixture.host.removeRoutes(to: "10.1.0.0/16")
        fixture.host.refusesRoutes = true
        #expect(
            fixture.reconcile() == [
                "the host has no route to 10.1.0.0/16 for now: add route to 10.1.0.0/16: Permission denied"
            ])
        #expect(fixture.last.isUnfinished)
        #expect(fixture.reconcile() == [])
        #expect(fixture.last.isUnfinished)
        fixture.host.refusesRoutes = false
        #expect(
            fixture.reconcile() == [#"the host's route to 10.1.0.0/16 over "eth1" was gone and has been added again"#])
        #expect(!fixture.last.isUnfinished)
    }

    @Test("Reconciliation retries a link that the kernel does not permit, and names the missing capability")
    func linkNotPermitted() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        fixture.host.remove("eth0.50")
        fixture.host.linkRefusal = .notPermitted
        #expect(
            fixture.reconcile() == [
                """
                create link "eth0.50": Operation not permitted; swiftvlan needs the capability CAP_NET_ADMIN in the \
                host's user and network namespaces
                """
            ])
        #expect(fixture.last.isUnfinished)
    }

    @Test("Reconciliation returns whether it tried to create a link or had nothing to do")
    func vain() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        fixture.host.remove("eth0.50")
        fixture.host.add("theirs", kind: .vlan(50), on: try fixture.link("eth0").index)
        #expect(
            fixture.reconcile() == [
                #"parent=eth0.50: VLAN 50 on "eth0" already exists as link "theirs"; use parent=theirs"#
            ])
        #expect(fixture.last.didTry)
        fixture.host.remove("theirs")
        _ = fixture.reconcile()
        #expect(fixture.last.didTry)
        _ = fixture.reconcile()
        #expect(!fixture.last.didTry)
    }

    @Test("Reconciliation creates no outer VLAN link when a foreign link has the inner one's name")
    func blockedAbove() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50.60"])
        fixture.host.remove("eth0.50")
        fixture.host.add("eth0.50.60", kind: .dummy)
        #expect(
            fixture.reconcile() == [
                """
                network 1f0e9d8c7b6a cannot be used: link "eth0.50.60" is no longer VLAN 60 on "eth0.50"; remove or \
                rename that link, then restart the network's containers
                """
            ])
        #expect(!fixture.links.contains("eth0.50"))
        #expect(!fixture.last.didTry)
    }

    @Test("Reconciliation reports that containers need a restart, whichever network they are in")
    func containersOfAnother() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        try fixture.createNetwork(.second, ["parent": "eth0.50"])
        try fixture.createEndpoint(.web, in: .second, ["192.168.50.10/24"])
        try fixture.join(.web, in: .second)
        fixture.host.remove("eth0.50")
        #expect(
            fixture.reconcile() == [
                """
                link "eth0.50" of network 1f0e9d8c7b6a was gone and has been created again; restart the containers \
                that were on it
                """
            ])
    }

    @Test("Reconciliation repairs the host even if containers cannot be inspected")
    func elsewhereFails() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        fixture.host.remove("eth0.50")
        // The links, then the containers.
        fixture.faults.reset(failingAt: 2)
        _ = fixture.reconcile(at: 0, .everywhere)
        #expect(fixture.links.contains("eth0.50"))
        #expect(fixture.last.isUnfinished)
    }

    @Test("Reconciliation does not retry a refused MTU until the parent's MTU changes")
    func unraisable() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50"])
        fixture.host.setMTU(1400, of: "eth0.50")
        fixture.faults.reset(failingAt: 2)
        #expect(
            fixture.reconcile() == [#"cannot raise the MTU of link "eth0.50" to its parent's: step 2 was made to fail"#]
        )
        #expect(fixture.reconcile() == [])
        fixture.host.setMTU(9000, of: "eth0")
        #expect(fixture.reconcile() == [#"raised the MTU of link "eth0.50" to 9000, like its parent"#])
    }

    @Test("A failed reconciliation is reported, leaves no orphans, and is retried", arguments: [1, 2, 3, 4, 5])
    func failing(step: Int) throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50", "mode": "l3"])
        fixture.host.remove("eth0.50")
        fixture.faults.reset(failingAt: step)
        let messages = fixture.reconcile()
        #expect(messages.contains { $0.contains("step \(step) was made to fail") }, "\(messages)")
        #expect(ObservedState(fixture).orphans == [])
        #expect(fixture.last.isUnfinished)
        fixture.faults.reset()
        fixture.host.finishRemovals()
        _ = fixture.reconcile()
        #expect(ObservedState(fixture).missing == [])
        #expect(fixture.driver.status == "1 network")
    }

    /// The seed in the test's name reproduces the damage.
    @Test("Reconciliation repairs any damage in a few passes", arguments: 0..<100 as Range<UInt64>)
    func anyDamage(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, ["parent": "eth0.50.60"])
        try fixture.createNetwork(
            .second, ["parent": "eth0.70", "mode": "l3s"], pools: [AddressPool(subnet: "10.1.0.0/16")])
        try fixture.createNetwork(.third, [:])
        try fixture.createNetwork(
            .swarm, ["parent": "eth1", "mode": "l3"], pools: [AddressPool(subnet: "10.2.0.0/16")])
        let before = ObservedState(fixture)
        let names = ["eth0.50", "eth0.50.60", "eth0.70", "sd-3f0e9d8c7b6a"]
        for _ in 0..<30 {
            let name = names[Int.random(in: names.indices, using: &random)]
            switch Int.random(in: 0..<8, using: &random) {
            case 0: fixture.host.remove(name)
            case 1: fixture.host.setDown(name)
            case 2: fixture.host.setMTU(.random(in: 68...1500, using: &random), of: name)
            case 3:
                fixture.host.removeRoutes(
                    to: (["10.1.0.0/16", "10.2.0.0/16"] as [IPPrefix]).randomElement(using: &random))
            case 4: fixture.host.rename("eth0", to: "old0")
            case 5: fixture.host.rename("old0", to: "eth0")
            case 6: fixture.host.setDown("eth1")
            default: _ = fixture.reconcile()
            }
        }
        fixture.host.rename("old0", to: "eth0")
        fixture.host.setUp("eth1")
        for _ in 0..<3 {
            _ = fixture.reconcile()
            fixture.host.finishRemovals()
        }
        #expect(ObservedState(fixture) == before, "seed \(seed)")
        let broken = names.filter { (try? fixture.link($0).isUp) != true }
        #expect(broken == [], "seed \(seed)")
        #expect(fixture.driver.status == "4 networks", "seed \(seed)")
    }
}

extension DriverFixture {
    /// Reconciles, and returns the driver's messages about it.
    mutating func reconcile(at second: Int = 0, _ scope: ReconcileScope = .host) -> [String] {
        _ = driver.takeNotices()
        last = driver.reconcile(at: .seconds(second), scope)
        return driver.takeNotices().map(\.description)
    }

    fileprivate func link(of id: NetworkID) -> HostLink? {
        driver.registry.networks[id].flatMap { host.link(named: $0.parent.linkName.text) }
    }
}
