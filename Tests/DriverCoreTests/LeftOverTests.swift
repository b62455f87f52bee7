import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("What a run that ended too soon has left")
struct LeftOverTests {
    /// A host on which a driver has made a network of every kind and an endpoint, and whose records are lost.
    private static func forgotten(_ prepare: (inout Lab) throws -> Void = { _ in }) throws -> Lab {
        var lab = try Lab()
        try lab.createNetwork(.first, ["parent": "eth0.50.60"])
        try lab.createNetwork(.second, [:])
        try lab.createNetwork(.third, ["parent": "eth1", "mode": "l3"])
        try lab.createEndpoint()
        try lab.join()
        try prepare(&lab)
        return try Lab(lab.host)
    }

    @Test("is removed when it has been seen for some time, by its mark")
    func removed() throws {
        let before = try Lab().links
        var lab = try Self.forgotten()
        lab.host.add("eth0.51", kind: .vlan(51), on: try lab.link("eth0").index)
        lab.host.add("sv000000000000", kind: .macvlan(.bridge), on: try lab.link("eth0").index)
        for second in [0, 10, 29] {
            #expect(lab.reconcile(at: second) == [])
            #expect(lab.links.isSuperset(of: ["eth0.50", "eth0.50.60", "sd-2f0e9d8c7b6a", "sva0b1c2d3e4f5"]))
            #expect(lab.last.isWatching)
        }
        var sentences: [String] = []
        for second in [30, 60, 90, 120] {
            sentences += lab.reconcile(at: second)
            lab.host.finishRemovals()
        }
        #expect(lab.links == before.union(["eth0.51", "sv000000000000"]))
        #expect(lab.host.routes.isEmpty)
        let links = [
            "eth0.50": "vlan", "eth0.50.60": "vlan", "sd-2f0e9d8c7b6a": "isolated \(NetworkID.second)",
            "sva0b1c2d3e4f5": "endpoint \(EndpointID.web)",
        ]
        let routes = [AddressPool].lan.map(\.subnet)
        #expect(
            sentences.sorted()
                == (links.map { "removed orphaned link \"\($0)\" (swiftvlan \($1))" }
                + routes.map { "removed the host's orphaned route to \($0)" })
                .sorted())
        #expect(lab.driver.repairs.orphansRemoved == links.count + routes.count)
        #expect(!lab.last.isWatching)
    }

    @Test("stays where a container is on it, and goes with that")
    func held() throws {
        var lab = try Self.forgotten { $0.host.takeIntoContainer("sva0b1c2d3e4f5") }
        for second in [0, 30, 60] { _ = lab.reconcile(at: second) }
        #expect(lab.links.isSuperset(of: ["eth0.50", "eth0.50.60"]))
        lab.host.removeInContainer("sva0b1c2d3e4f5")
        for second in [90, 120] {
            _ = lab.reconcile(at: second)
            lab.host.finishRemovals()
        }
        #expect(lab.links.isDisjoint(with: ["eth0.50", "eth0.50.60"]))
    }

    @Test("stays where somebody has taken a link of theirs upon it elsewhere, or where one cannot look")
    func heldElsewhere() throws {
        var lab = try Self.forgotten()
        lab.host.add("theirs", kind: .vlan(9), on: try lab.link("eth0.50.60").index)
        lab.host.takeElsewhere("theirs")
        lab.host.hidesContainers = true
        for second in [0, 30, 60, 90] {
            _ = lab.reconcile(at: second)
            lab.host.finishRemovals()
        }
        #expect(lab.links.isSuperset(of: ["eth0.50", "eth0.50.60", "sd-2f0e9d8c7b6a"]))
    }

    @Test("is removed over several looks where there is much of it")
    func many() throws {
        var lab = try Lab()
        for number in 1...40 {
            try lab.createNetwork(NetworkID(unchecked: "network\(number)"), ["parent": "eth0.\(100 + number)"])
        }
        var restarted = try Lab(lab.host)
        var left: [Int] = []
        for second in [0, 30, 31, 32, 33] {
            _ = restarted.reconcile(at: second)
            restarted.host.finishRemovals()
            left.append(restarted.host.living.count { $0.owner == .vlan })
        }
        #expect(left == [40, 24, 8, 0, 0])
    }

    @Test("is no route as long as a record cannot be read, whose network may want it")
    func routesOfUnreadable() throws {
        let before = try Self.forgotten().host.copy()
        let damaged = UnreadableRecord(networkID: .third, message: "it is damaged")
        var lab = try Lab(before.copy(), state: StoredState(unreadable: [damaged]))
        for second in [0, 30, 60] { _ = lab.reconcile(at: second) }
        #expect(lab.host.routes == before.routes)
        try lab.deleteNetwork(.third)
        for second in [90, 120] { _ = lab.reconcile(at: second) }
        #expect(lab.host.routes.isEmpty)
    }

    @Test("is what a network that is created meanwhile needs: then it stays")
    func needed() throws {
        var lab = try Self.forgotten()
        #expect(lab.reconcile(at: 0) == [])
        try lab.createNetwork(.swarm, ["parent": "eth0.50"])
        for second in [30, 60, 90] {
            _ = lab.reconcile(at: second)
            lab.host.finishRemovals()
        }
        #expect(lab.links.contains("eth0.50"))
        #expect(!lab.links.contains("eth0.50.60"))
    }

    @Test("is removed at once where a network's own route has to have its place")
    func routeInTheWay() throws {
        var lab = try Self.forgotten()
        try lab.createNetwork(.first, ["parent": "eth0", "mode": "l3", "host_routes": "off"])
        let network = try #require(lab.driver.registry.networks[.first])
        let wanting = Network(
            id: network.id, attachment: network.attachment, parent: network.parent, isInternal: false,
            pools: network.pools, wantsHostRoutes: true)
        var restarted = try Lab(lab.host, state: StoredState(networks: [wanting]))
        _ = restarted.reconcile()
        let eth0 = try restarted.link("eth0").index
        #expect(restarted.host.routes.count == 4)
        #expect(restarted.host.routes.filter { $0.linkIndex != eth0 } == [])
    }

    @Test("is an endpoint whose network has gone: its record goes at the start")
    func endpointWithoutNetwork() throws {
        let endpoint = Endpoint(id: .web, networkID: .first, addresses: [], macAddress: nil)
        let lab = try Lab(state: StoredState(endpoints: [endpoint]))
        #expect(lab.counts == (0, 0))
        #expect(lab.store.endpoints.isEmpty)
    }
}

@Suite("Endpoints that the engine has forgotten")
struct LostEndpointTests {
    /// A container that runs.
    private static func running() throws -> Lab {
        var lab = try Lab()
        try lab.createNetwork()
        try lab.createEndpoint()
        try lab.join()
        lab.host.takeIntoContainer("sva0b1c2d3e4f5")
        return lab
    }

    @Test("go when their link has been nowhere for some time")
    func gone() throws {
        var lab = try Self.running()
        lab.host.removeInContainer("sva0b1c2d3e4f5")
        #expect(lab.reconcile(at: 0, .everywhere) == [])
        #expect(lab.reconcile(at: 29, .everywhere) == [])
        #expect(
            lab.reconcile(at: 30, .everywhere) == [
                """
                endpoint a0b1c2d3e4f5 of network 1f0e9d8c7b6a is forgotten: its link is gone, with its container or \
                with its parent
                """
            ])
        #expect(lab.counts == (1, 0))
        #expect(lab.store.endpoints.isEmpty)
        #expect(lab.driver.repairs.endpointsForgotten == 1)
    }

    @Test("are not those in containers, nor those that were nowhere for a moment")
    func present() throws {
        var lab = try Self.running()
        for second in [0, 30, 60] { #expect(lab.reconcile(at: second, .everywhere) == []) }
        let host = lab.host.copy()
        lab.host.removeInContainer("sva0b1c2d3e4f5")
        #expect(lab.reconcile(at: 90, .everywhere) == [])
        lab.host.restore(host)
        #expect(lab.reconcile(at: 119, .everywhere) == [])
        lab.host.removeInContainer("sva0b1c2d3e4f5")
        #expect(lab.reconcile(at: 140, .everywhere) == [])
        #expect(lab.counts == (1, 1))
    }

    @Test("cannot be told where there are containers that one cannot look into")
    func hidden() throws {
        var lab = try Self.running()
        lab.host.removeInContainer("sva0b1c2d3e4f5")
        lab.host.hidesContainers = true
        for second in [0, 30, 900] { #expect(lab.reconcile(at: second, .everywhere) == []) }
        #expect(lab.counts == (1, 1))
    }

    @Test("are given more time to be moved into a container, and go with their link", arguments: [false, true])
    func neverMoved(joins: Bool) throws {
        var lab = try Lab()
        try lab.createNetwork()
        try lab.createEndpoint()
        if joins { try lab.join() }
        for second in [0, 30, 599] { #expect(lab.reconcile(at: second, .everywhere) == []) }
        #expect(lab.reconcile(at: 600, .everywhere).count == 1)
        #expect(lab.counts == (1, 0))
        #expect(!lab.links.contains("sva0b1c2d3e4f5"))
    }

    @Test("are not those that waited long for their container and are on the way into it at a look")
    func movedAtLast() throws {
        var lab = try Lab()
        try lab.createNetwork()
        try lab.createEndpoint()
        try lab.join()
        for second in [0, 100, 200] { #expect(lab.reconcile(at: second, .everywhere) == []) }
        let host = lab.host.copy()
        lab.host.remove("sva0b1c2d3e4f5")
        #expect(lab.reconcile(at: 300, .everywhere) == [])
        lab.host.restore(host)
        #expect(lab.reconcile(at: 329, .everywhere) == [])
        #expect(lab.counts == (1, 1))
    }

    @Test("are not looked for where only the host is looked at")
    func hostOnly() throws {
        var lab = try Self.running()
        lab.host.removeInContainer("sva0b1c2d3e4f5")
        for second in [0, 30, 60] { #expect(lab.reconcile(at: second) == []) }
        #expect(lab.counts == (1, 1))
    }

    @Test("are known for such after a restart, because the record tells that there was a link")
    func restarted() throws {
        let lab = try Self.running()
        #expect(lab.store.endpoints[.web]?.hasJoined == true)
        let host = lab.host
        host.removeInContainer("sva0b1c2d3e4f5")
        var restarted = try Lab(
            host,
            state: StoredState(
                networks: Array(lab.store.networks.values), endpoints: Array(lab.store.endpoints.values)))
        #expect(restarted.reconcile(at: 0, .everywhere) == [])
        #expect(restarted.reconcile(at: 30, .everywhere).count == 1)
    }

    @Test("stay when their record cannot be removed, and go later")
    func storeFails() throws {
        var lab = try Self.running()
        lab.host.removeInContainer("sva0b1c2d3e4f5")
        #expect(lab.reconcile(at: 0, .everywhere) == [])
        // The containers, the links, and the record.
        lab.faults.reset(failingAt: 3)
        let sentences = lab.reconcile(at: 30, .everywhere)
        #expect(sentences.contains { $0.contains("step 3 was made to fail") }, "\(sentences)")
        lab.faults.reset()
        _ = lab.reconcile(at: 31, .everywhere)
        #expect(lab.counts == (1, 0))
    }
}

@Suite("Records")
struct RecordTests {
    private static let unreadable = UnreadableRecord(
        networkID: .first, message: "record networks/1f.json was written by a newer swiftvlan; install that again")

    @Test("that cannot be read are told of, and calls for their network are refused with the reason")
    func unreadableNetwork() throws {
        var lab = try Lab(state: StoredState(unreadable: [Self.unreadable]))
        #expect(lab.driver.takeNotices() == [.recordUnreadable(Self.unreadable.message)])
        #expect(lab.driver.status == "0 networks, 1 unreadable")
        let sentence = "network 1f0e9d8c7b6a cannot be used: \(Self.unreadable.message)"
        try expect(lab.refusal { lab throws(DriverError) in try lab.createEndpoint() }, equals: sentence)
        try expect(lab.refusal { lab throws(DriverError) in try lab.join() }, equals: sentence)
        try lab.createNetwork()
        try lab.createEndpoint()
        #expect(lab.driver.status == "1 network")
    }

    @Test("that cannot be read go when their network is removed")
    func removedUnreadable() throws {
        var lab = try Lab(state: StoredState(unreadable: [Self.unreadable]))
        try lab.deleteNetwork()
        #expect(lab.driver.status == "0 networks")
    }

    @Test("that cannot be removed are kept with what they are of, and removed as soon as they can be")
    func removalFails() throws {
        var lab = try Lab()
        try lab.createNetwork(.first, ["parent": "eth0.50"])
        lab.faults.reset(failingAt: 1)
        try expect(
            lab.refusal { lab throws(DriverError) in try lab.deleteNetwork() }, equals: "step 1 was made to fail")
        lab.faults.reset(failingAt: 1)
        #expect(throws: DriverError.self) { try lab.driver.deleteNetwork(.first) }
        #expect(lab.counts == (1, 0))
        #expect(lab.links.contains("eth0.50"))
        #expect(lab.driver.hasPendingRemovals)
        lab.faults.reset()
        lab.driver.retryPendingRemovals()
        #expect(lab.counts == (0, 0))
        #expect(!lab.links.contains("eth0.50"))
        #expect(!lab.driver.hasPendingRemovals)
    }

    @Test("that are to be removed are so still when their network is asked for again in vain")
    func askedForInVain() throws {
        var lab = try Lab()
        try lab.createNetwork()
        lab.faults.reset(failingAt: 1)
        #expect(throws: DriverError.self) { try lab.driver.deleteNetwork(.first) }
        lab.faults.reset()
        #expect(throws: DriverError.self) { try lab.createNetwork(.first, ["parent": "absent0"]) }
        #expect(lab.driver.hasPendingRemovals)
        lab.driver.retryPendingRemovals()
        #expect(lab.counts == (0, 0))
    }

    @Test("that cannot be removed are told of once, however often that is tried")
    func toldOnce() throws {
        var lab = try Lab()
        try lab.createNetwork()
        lab.faults.reset(failingAt: 1)
        #expect(throws: DriverError.self) { try lab.driver.deleteNetwork(.first) }
        #expect(lab.driver.takeNotices().count == 1)
        for _ in 0..<3 {
            lab.faults.reset(failingAt: 1)
            lab.driver.retryPendingRemovals()
            #expect(lab.driver.takeNotices().isEmpty)
            #expect(lab.driver.hasPendingRemovals)
        }
    }

    @Test("that were to be removed stay when their network is made again")
    func madeAgain() throws {
        var lab = try Lab()
        try lab.createNetwork()
        lab.faults.reset(failingAt: 1)
        #expect(throws: DriverError.self) { try lab.driver.deleteNetwork(.first) }
        lab.faults.reset()
        try lab.createNetwork()
        lab.driver.retryPendingRemovals()
        #expect(lab.counts == (1, 0))
    }

    @Test("that cannot be written for a joining endpoint leave no link")
    func joinFails() throws {
        var lab = try Lab()
        try lab.createNetwork()
        try lab.createEndpoint()
        // Its parent, the making, and the record.
        lab.faults.reset(failingAt: 3)
        #expect(throws: DriverError.self) { try lab.join() }
        #expect(!lab.links.contains("sva0b1c2d3e4f5"))
    }
}
