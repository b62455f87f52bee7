import DriverCore
import DriverTestKit
import KernelTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite("Host access on a real kernel", .needsNetworkNamespaces, .needs(.veth))
struct HostAccessOnKernelTests {
    @Test(
        "A macvlan network's shim is as reconciliation wants it after each call", .needs(.macvlan),
        .needsIngressFilters)
    func macvlan() async throws { try await wholeLife("bridge") }

    @Test(
        "A layer 3 network's shim is as reconciliation wants it after each call", .needs(.ipvlan),
        arguments: ["l3", "l3s"])
    func layer3(_ mode: String) async throws { try await wholeLife(mode) }

    @Test(
        "An ipvlan l2 network's shim is as reconciliation wants it after each call", .needs(.ipvlan),
        .needsIngressFilters)
    func ipvlan() async throws {
        try await wholeLife("l2", hostAddresses: ["192.168.50.99", "fd00:50::99"])
    }

    private func wholeLife(_ mode: String, hostAddresses: [IPAddress] = []) async throws {
        try await withHost { host in
            try host.add("192.168.50.2/24", to: host.parent, .noPrefixRoute)
            try host.add("fd00:50::2/64", to: host.parent, [.noPrefixRoute, .noDuplicateDetection])
            let before = try (host.names(), ownRoutes(host))
            var driver = try Driver(host: host.kernel, store: MemoryStore())
            try driver.createNetwork(
                NetworkRequest(
                    id: .first, options: ["parent": "p0", "mode": mode, "host_access": "on"], pools: .lan,
                    hostAddresses: hostAddresses))
            expectNothingToDo(&driver, "CreateNetwork")
            _ = try driver.createEndpoint(
                EndpointRequest(
                    id: .web, networkID: .first, addresses: ["192.168.50.10/24", "fd00:50::10/64"], options: [:]))
            _ = try driver.join(.web, network: .first)
            expectNothingToDo(&driver, "Join")
            #expect(try !ownRoutes(host).isEmpty)
            driver.leave(.web, network: .first)
            expectNothingToDo(&driver, "Leave")
            _ = try driver.join(.web, network: .first)
            let routes = try ownRoutes(host)
            try host.remove("192.168.50.2/24", from: host.parent)
            try host.add("192.168.50.3/24", to: host.parent, .noPrefixRoute)
            _ = driver.reconcile(at: .zero)
            expectNothingToDo(&driver, "a change of the host's address")
            #expect(try ownRoutes(host) == routes)
            _ = try driver.deleteEndpoint(.web)
            expectNothingToDo(&driver, "DeleteEndpoint")
            _ = try driver.deleteNetwork(.first)
            try host.waitForRemovals()
            expectNothingToDo(&driver, "DeleteNetwork")
            #expect(try (host.names(), ownRoutes(host)) == before)
        }
    }

    /// Reconciles, and expects that the calls before left nothing to repair.
    private func expectNothingToDo(_ driver: inout Driver, _ call: String) {
        let round = driver.reconcile(at: .zero)
        let notices = driver.takeNotices().map(\.description)
        #expect(!round.didTry && !round.isUnfinished, "after \(call): \(notices)")
    }

    private func ownRoutes(_ host: HostFixture) throws -> Set<IPPrefix> {
        Set(try host.kernel.ownRoutes().map(\.destination))
    }
}
