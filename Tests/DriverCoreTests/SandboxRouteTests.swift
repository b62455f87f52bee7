import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Routes of containers with several networks")
struct SandboxRouteTests {
    private static let sandbox = "/var/run/docker/netns/3c5f0b7d9e11"

    private func twoNetworks(_ options: [String: String], _ second: [String: String] = [:]) throws -> DriverFixture {
        var lab = try DriverFixture()
        try lab.createNetwork(.first, ["parent": "eth0"].merging(options) { $1 })
        try lab.createNetwork(.second, ["parent": "eth1"].merging(options) { $1 })
        try lab.createEndpoint(.web, in: .first, ["192.168.50.10/24", "fd00:50::10/64"])
        try lab.createEndpoint(.mail, in: .second, ["10.50.0.10/16", "fd00:51::10/64"], options: second)
        try lab.join(.web, in: .first, sandbox: Self.sandbox)
        return lab
    }

    @Test("A second route to the same router is refused only within one container")
    func router() throws {
        var lab = try twoNetworks(["gateway": "fe80::1"])
        try expect(
            lab.refusal { lab throws(DriverError) in try lab.join(.mail, in: .second, sandbox: Self.sandbox) },
            equals: """
                gateway fe80::1: the container has a route to it by network 1f0e9d8c7b6a, and the kernel takes one; \
                start the container with driver-opt=gateway=none for one of the two networks
                """)
        #expect(!lab.links.contains("svb0b1c2d3e4f5"))
        try lab.join(.mail, in: .second, sandbox: "/var/run/docker/netns/4c5f0b7d9e11")
    }

    @Test("A second network without the router is accepted, and the first network can be joined again")
    func advice() throws {
        var lab = try twoNetworks(["gateway": "fe80::1"], ["gateway": "none"])
        try lab.join(.mail, in: .second, sandbox: Self.sandbox)
        try lab.join(.web, in: .first, sandbox: Self.sandbox)
    }

    @Test("A router can be used again after the container has left the other network")
    func left() throws {
        var lab = try twoNetworks(["gateway": "fe80::1"])
        try lab.deleteEndpoint(.web)
        try lab.join(.mail, in: .second, sandbox: Self.sandbox)
    }

    @Test("A second static route to the same destination is refused within one container")
    func staticRoute() throws {
        let lab = try twoNetworks(["routes": "172.16.0.0/12"])
        try expect(
            lab.refusal { lab throws(DriverError) in try lab.join(.mail, in: .second, sandbox: Self.sandbox) },
            equals: """
                route 172.16.0.0/12: the container has a route to 172.16.0.0/12 by network 1f0e9d8c7b6a, and the kernel \
                takes one; start the container with other routes for one of the two networks, as in \
                driver-opt=routes=SUBNET
                """)
    }

    @Test("Two layer 3 networks of one container have a gateway each, and the engine chooses")
    func layer3() throws {
        var lab = try twoNetworks(["mode": "l3", "host_routes": "off"])
        let first = try lab.join(.web, in: .first, sandbox: Self.sandbox).routes
        let second = try lab.join(.mail, in: .second, sandbox: Self.sandbox).routes
        #expect(first.gatewayIPv4 == "192.168.50.1" && first.routes.isEmpty)
        #expect(second.gatewayIPv4 == "10.50.255.254" && second.routes.isEmpty)
    }

    @Test("An endpoint's record keeps the sandbox, even after a repeated CreateEndpoint")
    func record() throws {
        var lab = try twoNetworks([:])
        #expect(lab.store.endpoints[.web]?.sandbox == Self.sandbox)
        try lab.createEndpoint(.web, in: .first, ["192.168.50.10/24", "fd00:50::10/64"])
        #expect(lab.store.endpoints[.web]?.sandbox == Self.sandbox)
        #expect(lab.store.endpoints[.web]?.hasJoined == true)
    }
}
