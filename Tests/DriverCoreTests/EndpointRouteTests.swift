import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Host routes to endpoints")
struct EndpointRouteTests {
    private static let options = ["parent": "eth0", "mode": "l3", "host_routes": "endpoints"]

    private func destinations(_ fixture: DriverFixture) -> Set<IPPrefix> { Set(fixture.host.routes.map(\.destination)) }

    @Test("An endpoint has its host routes from Join until its container leaves, and the subnet has none")
    func wholeLife() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, Self.options)
        #expect(fixture.host.routes.isEmpty)
        try fixture.createEndpoint(.web, ["192.168.50.10/24", "fd00:50::10/64"])
        #expect(fixture.host.routes.isEmpty)
        try fixture.join()
        #expect(destinations(fixture) == ["192.168.50.10/32", "fd00:50::10/128"])
        try fixture.join()
        #expect(fixture.host.routes.count == 2)
        fixture.leave()
        #expect(fixture.host.routes.isEmpty)
        _ = fixture.reconcile()
        #expect(fixture.host.routes.isEmpty)
        try fixture.deleteEndpoint()
        #expect(fixture.host.routes.isEmpty)
    }

    @Test("An endpoint that is deleted without a Leave loses its host route")
    func deleted() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, Self.options)
        try fixture.createEndpoint(.web, ["192.168.50.10/24"])
        try fixture.join()
        try fixture.deleteEndpoint()
        #expect(fixture.host.routes.isEmpty)
    }

    @Test("Reconciliation adds an endpoint's host route again, and reports it")
    func addedAgain() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, Self.options)
        try fixture.createEndpoint(.web, ["192.168.50.10/24"])
        try fixture.join()
        fixture.host.removeRoutes(to: "192.168.50.10/32")
        #expect(
            fixture.reconcile() == [
                #"the host's route to 192.168.50.10/32 over "eth0" was gone and has been added again"#
            ])
        #expect(destinations(fixture) == ["192.168.50.10/32"])
    }

    @Test("Several lost host routes to endpoints are reported in one line")
    func addedAgainTogether() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, Self.options)
        try fixture.createEndpoint(.web, ["192.168.50.10/24", "fd00:50::10/64"])
        try fixture.join()
        for destination in destinations(fixture) { fixture.host.removeRoutes(to: destination) }
        #expect(
            fixture.reconcile() == [
                """
                2 of the host's routes to containers of network 1f0e9d8c7b6a over "eth0" were gone and have been added \
                again
                """
            ])
    }

    @Test("Two networks on different parents share a subnet when the host has routes to endpoints")
    func sharedSubnet() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, Self.options)
        try fixture.createNetwork(.second, ["parent": "eth1", "mode": "l3", "host_routes": "endpoints"])
        try fixture.createEndpoint(.web, ["192.168.50.10/24"])
        try fixture.createEndpoint(.mail, in: .second, ["192.168.50.11/24"])
        try fixture.join()
        try fixture.join(.mail, in: .second)
        #expect(destinations(fixture) == ["192.168.50.10/32", "192.168.50.11/32"])
        #expect(Set(fixture.host.routes.map(\.linkIndex)).count == 2)
    }

    @Test("A Join of which a step fails leaves the host routes as they were")
    func failedJoin() throws {
        var failures = 0
        for step in 1...30 {
            var fixture = try DriverFixture()
            try fixture.createNetwork(.first, Self.options)
            try fixture.createEndpoint(.web, ["192.168.50.10/24", "fd00:50::10/64"])
            // An earlier run left this route, which Join replaces after it has added the IPv4 route.
            try fixture.host.add(HostRoute(to: "fd00:50::10/128", over: fixture.link("eth1").index))
            let before = Set(fixture.host.routes)
            fixture.faults.reset(failingAt: step)
            guard (try? fixture.join()) == nil else { continue }
            failures += 1
            #expect(Set(fixture.host.routes) == before, "step \(step)")
        }
        #expect(failures > 3)
    }

    @Test("A Join that fails after Leave leaves no host route over the shim")
    func failedJoinAfterLeave() throws {
        var fixture = try DriverFixture()
        // Without an IPv6 address, the host reaches the container's IPv6 address over the parent.
        fixture.host.addAddress("192.168.50.2/24", to: "eth0")
        try fixture.createNetwork(.first, Self.options.merging(["host_access": "on"]) { $1 })
        try fixture.createEndpoint(.web, ["192.168.50.10/24", "fd00:50::10/64"])
        try fixture.join()
        #expect(destinations(fixture) == ["192.168.50.10/32", "fd00:50::10/128"])
        fixture.leave()
        #expect(fixture.host.routes.isEmpty)
        fixture.host.ipv6RouteRefusal = .ipv6Off
        #expect(throws: DriverError.self) { try fixture.join() }
        #expect(fixture.host.routes.isEmpty)
    }

    @Test("A lost endpoint gets no host route back while some containers cannot be inspected")
    func lost() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, Self.options)
        try fixture.createEndpoint(.web, ["192.168.50.10/24"])
        try fixture.join()
        fixture.host.takeIntoContainer("sva0b1c2d3e4f5")
        fixture.host.removeInContainer("sva0b1c2d3e4f5")
        _ = fixture.reconcile(at: 0, .everywhere)
        fixture.host.removeRoutes(to: "192.168.50.10/32")
        fixture.host.hidesContainers = true
        #expect(fixture.reconcile(at: 10, .everywhere) == [])
        #expect(fixture.host.routes.isEmpty)
    }

    @Test("A route of another program to a container's address stays, and Join reports it", arguments: [true, false])
    func foreignRoute(isInTheWay: Bool) throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, Self.options)
        try fixture.createEndpoint(.web, ["192.168.50.10/24", "fd00:50::10/64"])
        fixture.host.addForeignRoute(to: "192.168.50.10/32", over: isInTheWay ? "eth1" : "eth0")
        _ = fixture.driver.takeNotices()
        try fixture.join()
        #expect(fixture.host.routes.count == 2)
        let report = """
            the host already has another route to 192.168.50.10/32 (dev eth1), so endpoint a0b1c2d3e4f5 gets none over \
            "eth0"; remove the other route and run `swiftvlan reconcile`
            """
        #expect(fixture.driver.takeNotices().map(\.description) == (isInTheWay ? [report] : []))
    }

    @Test("A parent that was deleted and created again gets no host routes to the containers that were on it")
    func newParent() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, Self.options.merging(["parent": "eth0.50"]) { $1 })
        try fixture.createEndpoint(.web, ["192.168.50.10/24"])
        try fixture.join()
        fixture.host.takeIntoContainer("sva0b1c2d3e4f5")
        fixture.host.remove("eth0.50")
        #expect(fixture.host.routes.isEmpty)
        _ = fixture.reconcile()
        #expect(fixture.links.contains("eth0.50"))
        #expect(fixture.host.routes.isEmpty)
        try fixture.createEndpoint(.mail, ["192.168.50.11/24"])
        try fixture.join(.mail)
        _ = fixture.reconcile()
        #expect(destinations(fixture) == ["192.168.50.11/32"])
    }

    @Test("A parent that was down gets the host routes to its containers again")
    func parentUp() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, Self.options)
        try fixture.createEndpoint(.web, ["192.168.50.10/24"])
        try fixture.join()
        fixture.host.takeIntoContainer("sva0b1c2d3e4f5")
        fixture.host.setDown("eth0")
        _ = fixture.reconcile()
        #expect(fixture.host.routes.isEmpty)
        fixture.host.setUp("eth0")
        _ = fixture.reconcile()
        #expect(destinations(fixture) == ["192.168.50.10/32"])
    }

    @Test("An endpoint whose parent was renamed loses its host routes when its container leaves")
    func renamedParent() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, Self.options)
        try fixture.createEndpoint(.web, ["192.168.50.10/24"])
        try fixture.createEndpoint(.mail, ["192.168.50.11/24"])
        try fixture.join()
        try fixture.join(.mail)
        fixture.host.rename("eth0", to: "lan0")
        _ = fixture.reconcile()
        #expect(fixture.host.routes.count == 2)
        fixture.leave()
        #expect(destinations(fixture) == ["192.168.50.11/32"])
    }

    @Test("Our routes are read once for all endpoints that were lost with their parent")
    func lostWithParent() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, Self.options)
        let endpoints: [(EndpointID, IPPrefix)] = [
            (.web, "192.168.50.10/24"), (.mail, "192.168.50.11/24"), (.dns, "192.168.50.12/24"),
        ]
        for (id, address) in endpoints {
            try fixture.createEndpoint(id, [address])
            try fixture.join(id)
        }
        fixture.host.remove("eth0")
        var reads: [Int] = []
        for second in [0, 15, 30] {
            let before = fixture.host.ownRoutesReads
            _ = fixture.reconcile(at: second, .everywhere)
            reads.append(fixture.host.ownRoutesReads - before)
        }
        #expect(fixture.counts == (1, 0))
        #expect(reads == [1, 1, 2])
    }

    private static let joining = FaultCase("Join", after: hasEndpoint) { fixture throws(DriverError) in
        try fixture.join()
    }

    private static let removing: [FaultCase] = [
        FaultCase("Leave", after: hasJoined) { fixture throws(DriverError) in fixture.leave() },
        FaultCase("DeleteEndpoint", after: hasJoined) { fixture throws(DriverError) in try fixture.deleteEndpoint() },
        FaultCase("DeleteNetwork", after: hasJoined) { fixture throws(DriverError) in try fixture.deleteNetwork() },
    ]

    @Test("A Join with host routes is rolled back at any step, and can be repeated")
    func restored() throws {
        try Self.joining.eachFault { step, before, after, again in
            #expect(after == before, "after a fault in step \(step)")
            #expect(again.orphans == [])
            #expect(again.missing == [])
        }
    }

    @Test("A host route that cannot be removed at first is removed later", arguments: removing)
    func resumed(_ fault: FaultCase) throws {
        try fault.eachFault(canFail: false) { step, _, after, again in
            #expect(after.orphans == [], "after a fault in step \(step)")
            #expect(again.orphans == [])
            #expect(again.pendingRoutes == [])
        }
    }

    private static func hasEndpoint(_ fixture: inout DriverFixture) throws {
        try fixture.createNetwork(.first, options)
        try fixture.createEndpoint(.web, ["192.168.50.10/24", "fd00:50::10/64"])
    }

    private static func hasJoined(_ fixture: inout DriverFixture) throws {
        try hasEndpoint(&fixture)
        try fixture.join()
    }
}
