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
        var lab = try DriverFixture()
        try lab.createNetwork(.first, damage.options)
        let before = ObservedState(lab)
        damage.happen(lab.host)
        #expect(lab.reconcile() == damage.messages)
        #expect(ObservedState(lab) == before)
        #expect(lab.link(of: .first)?.isUp == true)
        #expect(lab.link(of: .first)?.mtu == 1500)
        let repairs = lab.driver.applier.report.changes
        #expect(repairs >= damage.messages.count)
        #expect(lab.reconcile() == [])
        #expect(lab.driver.applier.report.changes == repairs)
        #expect(!lab.last.isUnfinished)
        #expect(!lab.last.isWatching)
    }

    @Test("Reconciliation changes nothing when all is well")
    func quiet() throws {
        var lab = try DriverFixture()
        for (id, options) in [(NetworkID.first, ["parent": "eth0.50"]), (.second, [:])] {
            try lab.createNetwork(id, options)
        }
        lab.faults.reset()
        #expect(lab.reconcile() == [])
        // The links, and the routes, because an earlier run may have left orphans.
        #expect(lab.faults.steps == 2)
        lab.faults.reset()
        #expect(lab.reconcile() == [])
        #expect(lab.faults.steps == 1)
    }

    @Test("Reconciliation reports missing parents and recovers when they return")
    func parentAway() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth1"])
        try lab.createNetwork(.second, ["parent": "eth0.50", "mode": "l3"])
        let before = ObservedState(lab)
        lab.host.remove("eth0")
        lab.host.rename("eth1", to: "lan1")
        #expect(
            lab.reconcile() == [
                """
                network 1f0e9d8c7b6a waits for link "eth1", which is not on this host; its containers can be started as \
                soon as it is
                """,
                """
                network 2f0e9d8c7b6a waits for link "eth0", which is not on this host; its containers can be started as \
                soon as it is
                """,
            ])
        #expect(lab.driver.status == "2 networks, 1 waiting for eth0, 1 waiting for eth1")
        #expect(lab.reconcile() == [])
        try lab.createEndpoint(.web, in: .second, ["192.168.50.10/24"])
        try expect(
            lab.refusal { lab throws(DriverError) in try lab.join(.web, in: .second) },
            equals: """
                network 2f0e9d8c7b6a cannot be used: its parent link "eth0" is not on this host now; bring the link back \
                and start the container again
                """)
        try lab.deleteEndpoint(.web)

        lab.host.rename("lan1", to: "eth1")
        lab.host.add("eth0")
        let messages = lab.reconcile()
        #expect(messages.first == #"network 1f0e9d8c7b6a works again: link "eth1" is there"#)
        #expect(messages.last == #"network 2f0e9d8c7b6a works again: link "eth0" is there"#)
        #expect(ObservedState(lab).missing == [])
        #expect(ObservedState(lab).routes == before.routes)
        #expect(lab.driver.status == "2 networks")
        #expect(lab.driver.repairs[.parentsLost] == 2)
        #expect(lab.driver.repairs[.parentsFound] == 2)
    }

    @Test("Reconciliation keeps a foreign link in place of a VLAN link and reports it")
    func replaced() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50"])
        lab.host.remove("eth0.50")
        lab.host.add("eth0.50", kind: .vlan(51), on: try lab.link("eth0").index)
        #expect(
            lab.reconcile() == [
                """
                network 1f0e9d8c7b6a cannot be used: link "eth0.50" is not VLAN 50 on eth0 any more; remove or rename \
                that link and start the container again
                """
            ])
        #expect(lab.driver.status == "1 network, 1 blocked")
        #expect(lab.reconcile() == [])
        lab.host.remove("eth0.50")
        #expect(
            lab.reconcile() == [
                #"link "eth0.50" of network 1f0e9d8c7b6a was gone and has been created again"#,
                "network 1f0e9d8c7b6a works again",
            ])
        try expect(lab.link("eth0.50").owner, equals: .vlan)
    }

    @Test("Reconciliation accepts a foreign link for the same VLAN but never changes or removes it")
    func adopted() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50"])
        lab.host.remove("eth0.50")
        lab.host.add("eth0.50", kind: .vlan(50), on: try lab.link("eth0").index, mtu: 1400)
        lab.host.setDown("eth0.50")
        #expect(lab.reconcile() == [])
        let seen = try lab.link("eth0.50")
        #expect(!seen.isUp)
        #expect(seen.mtu == 1400)
        try lab.deleteNetwork()
        #expect(lab.links.contains("eth0.50"))
    }

    @Test("Reconciliation recreates a VLAN link when its parent's name moves to another link")
    func lowerRenamed() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50"])
        lab.host.rename("eth0", to: "old0")
        let eth0 = lab.host.add("eth0")
        _ = lab.reconcile()
        #expect(lab.last.isUnfinished)
        lab.host.finishRemovals()
        _ = lab.reconcile()
        try expect(lab.link("eth0.50").lowerIndex, equals: eth0.index)
        #expect(!lab.last.isUnfinished)
    }

    @Test("Reconciliation recreates both VLAN links when their parent's name moves to another link")
    func lowerOfTwoRenamed() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50.60"])
        lab.host.rename("eth0", to: "old0")
        let eth0 = lab.host.add("eth0")
        for _ in 0..<2 {
            _ = lab.reconcile()
            lab.host.finishRemovals()
        }
        try expect(lab.link("eth0.50").lowerIndex, equals: eth0.index)
        try expect(lab.link("eth0.50.60").lowerIndex, equals: lab.link("eth0.50").index)
        #expect(lab.driver.status == "1 network")
    }

    @Test("Reconciliation finds a parent by its alternative name and repairs its routes and VLAN links")
    func alternativeName() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth1", "mode": "l3"])
        try lab.createNetwork(.second, ["parent": "eth0.50"])
        let before = lab.host.routes
        for (name, other) in [("eth0", "wan0"), ("eth1", "wan1")] {
            lab.host.rename(name, to: other)
            lab.host.addName(name, to: other)
        }
        lab.host.setDown("eth0.50")
        #expect(lab.reconcile() == [#"link "eth0.50" was down and has been set up again"#])
        #expect(lab.host.routes == before)
        lab.host.removeRoutes(to: "10.50.0.0/16")
        #expect(lab.reconcile().count == 1)
        #expect(Set(lab.host.routes) == Set(before))
    }

    @Test("Reconciliation adds no route over a foreign link in place of a VLAN link")
    func routesOverReplaced() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50", "mode": "l3"])
        lab.host.remove("eth0.50")
        lab.host.add("eth0.50", kind: .vlan(51), on: try lab.link("eth0").index)
        for second in [0, 30, 60] { _ = lab.reconcile(at: second) }
        #expect(lab.host.routes.isEmpty)
    }

    @Test("Reconciliation keeps a foreign route in place of ours and adds ours when it is gone")
    func foreignRoute() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth1", "mode": "l3"], pools: [AddressPool(subnet: "10.1.0.0/16")])
        let before = lab.host.routes
        lab.host.removeRoutes(to: "10.1.0.0/16")
        lab.host.addForeignRoute(to: "10.1.0.0/16", over: "eth0")
        let foreign = lab.host.routes
        for second in [0, 30, 60] { #expect(lab.reconcile(at: second) == []) }
        #expect(lab.host.routes == foreign)
        lab.host.removeForeignRoutes(to: "10.1.0.0/16")
        #expect(lab.reconcile() == [#"the host's route to 10.1.0.0/16 over "eth1" was gone and has been added again"#])
        #expect(lab.host.routes == before)
    }

    @Test("Reconciliation reports a refused route once and retries until it is added")
    func routeRefused() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth1", "mode": "l3"], pools: [AddressPool(subnet: "10.1.0.0/16")])
        lab.host.removeRoutes(to: "10.1.0.0/16")
        lab.host.refusesRoutes = true
        #expect(
            lab.reconcile() == [
                "the host has no route to 10.1.0.0/16 for now: add route to 10.1.0.0/16: Permission denied"
            ])
        #expect(lab.last.isUnfinished)
        #expect(lab.reconcile() == [])
        #expect(lab.last.isUnfinished)
        lab.host.refusesRoutes = false
        #expect(lab.reconcile() == [#"the host's route to 10.1.0.0/16 over "eth1" was gone and has been added again"#])
        #expect(!lab.last.isUnfinished)
    }

    @Test("Reconciliation returns whether it tried to create a link or had nothing to do")
    func vain() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50"])
        lab.host.remove("eth0.50")
        lab.host.add("theirs", kind: .vlan(50), on: try lab.link("eth0").index)
        #expect(
            lab.reconcile() == [
                #"parent=eth0.50: VLAN 50 on eth0 exists already as link "theirs"; use parent=theirs"#
            ])
        #expect(lab.last.didTry)
        lab.host.remove("theirs")
        _ = lab.reconcile()
        #expect(lab.last.didTry)
        _ = lab.reconcile()
        #expect(!lab.last.didTry)
    }

    @Test("Reconciliation creates no outer VLAN link when a foreign link has the inner one's name")
    func blockedAbove() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50.60"])
        lab.host.remove("eth0.50")
        lab.host.add("eth0.50.60", kind: .dummy)
        #expect(
            lab.reconcile() == [
                """
                network 1f0e9d8c7b6a cannot be used: link "eth0.50.60" is not VLAN 60 on eth0.50 any more; remove or \
                rename that link and start the container again
                """
            ])
        #expect(!lab.links.contains("eth0.50"))
        #expect(!lab.last.didTry)
    }

    @Test("Reconciliation reports that containers need a restart, whichever network they are in")
    func containersOfAnother() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50"])
        try lab.createNetwork(.second, ["parent": "eth0.50"])
        try lab.createEndpoint(.web, in: .second, ["192.168.50.10/24"])
        try lab.join(.web, in: .second)
        lab.host.remove("eth0.50")
        #expect(
            lab.reconcile() == [
                """
                link "eth0.50" of network 1f0e9d8c7b6a was gone and has been created again; restart the containers that were \
                on it
                """
            ])
    }

    @Test("Reconciliation repairs the host even if containers cannot be inspected")
    func elsewhereFails() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50"])
        lab.host.remove("eth0.50")
        // The links, then the containers.
        lab.faults.reset(failingAt: 2)
        _ = lab.reconcile(at: 0, .everywhere)
        #expect(lab.links.contains("eth0.50"))
        #expect(lab.last.isUnfinished)
    }

    @Test("Reconciliation does not retry a refused MTU until the parent's MTU changes")
    func unraisable() throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50"])
        lab.host.setMTU(1400, of: "eth0.50")
        lab.faults.reset(failingAt: 2)
        #expect(lab.reconcile() == [#"the MTU of link "eth0.50" stays: step 2 was made to fail"#])
        #expect(lab.reconcile() == [])
        lab.host.setMTU(9000, of: "eth0")
        #expect(lab.reconcile() == [#"raised the MTU of link "eth0.50" to 9000, like its parent"#])
    }

    @Test("A failed reconciliation is reported, leaves no orphans, and is retried", arguments: [1, 2, 3, 4, 5])
    func failing(step: Int) throws {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50", "mode": "l3"])
        lab.host.remove("eth0.50")
        lab.faults.reset(failingAt: step)
        let messages = lab.reconcile()
        #expect(messages.contains { $0.contains("step \(step) was made to fail") }, "\(messages)")
        #expect(ObservedState(lab).orphans == [])
        #expect(lab.last.isUnfinished)
        lab.faults.reset()
        lab.host.finishRemovals()
        _ = lab.reconcile()
        #expect(ObservedState(lab).missing == [])
        #expect(lab.driver.status == "1 network")
    }

    /// The seed in the test's name reproduces the damage.
    @Test("Reconciliation repairs any damage in a few passes", arguments: 0..<100 as Range<UInt64>)
    func anyDamage(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0.50.60"])
        try lab.createNetwork(
            .second, ["parent": "eth0.70", "mode": "l3s"], pools: [AddressPool(subnet: "10.1.0.0/16")])
        try lab.createNetwork(.third, [:])
        try lab.createNetwork(.swarm, ["parent": "eth1", "mode": "l3"], pools: [AddressPool(subnet: "10.2.0.0/16")])
        let before = ObservedState(lab)
        let names = ["eth0.50", "eth0.50.60", "eth0.70", "sd-3f0e9d8c7b6a"]
        for _ in 0..<30 {
            let name = names[Int.random(in: names.indices, using: &random)]
            switch Int.random(in: 0..<8, using: &random) {
            case 0: lab.host.remove(name)
            case 1: lab.host.setDown(name)
            case 2: lab.host.setMTU(.random(in: 68...1500, using: &random), of: name)
            case 3:
                lab.host.removeRoutes(
                    to: (["10.1.0.0/16", "10.2.0.0/16"] as [IPPrefix]).randomElement(using: &random))
            case 4: lab.host.rename("eth0", to: "old0")
            case 5: lab.host.rename("old0", to: "eth0")
            case 6: lab.host.setDown("eth1")
            default: _ = lab.reconcile()
            }
        }
        lab.host.rename("old0", to: "eth0")
        lab.host.setUp("eth1")
        for _ in 0..<3 {
            _ = lab.reconcile()
            lab.host.finishRemovals()
        }
        #expect(ObservedState(lab) == before, "seed \(seed)")
        let broken = names.filter { (try? lab.link($0).isUp) != true }
        #expect(broken == [], "seed \(seed)")
        #expect(lab.driver.status == "4 networks", "seed \(seed)")
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
