import DriverCore
import DriverTestKit
import KernelTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite("The driver on a real kernel", .needsNetworkNamespaces, .needs(.veth), .needs(.macvlan))
struct DriverOnKernelTests {
    @Test(
        "A macvlan container starts and stops, and no link remains",
        arguments: ["bridge", "private", "vepa", "passthru"])
    func macvlan(_ mode: String) async throws { try await wholeCycle(["parent": "p0", "mode": mode]) }

    @Test("An ipvlan container starts and stops, and no link remains", .needs(.ipvlan), arguments: ["l2", "l3", "l3s"])
    func ipvlan(_ mode: String) async throws { try await wholeCycle(["parent": "p0", "mode": mode]) }

    @Test("A container on a VLAN starts and stops, and no link remains", .needs(.vlan), arguments: ["p0.50", "p1.50"])
    func vlan(_ parent: String) async throws { try await wholeCycle(["parent": parent]) }

    @Test(
        "A container without a parent starts and stops, and no link remains", .needs(.dummy),
        arguments: ["bridge", "private", "vepa"])
    func isolated(_ mode: String) async throws { try await wholeCycle(["mode": mode]) }

    @Test("A passthru network refuses a second container until the first is gone")
    func passthru() async throws {
        try await withHost { host in
            var driver = try Driver(host: host.kernel, store: MemoryStore())
            try driver.createNetwork(NetworkRequest(id: .first, options: ["parent": "p0", "mode": "passthru"]))
            for id in [EndpointID.web, .mail] {
                _ = try driver.createEndpoint(EndpointRequest(id: id, networkID: .first))
            }
            _ = try driver.join(.web, network: .first)
            let message = #"create macvlan link "svb0b1c2d3e4f5" on "p0": Invalid argument (EINVAL)"#
            let error = try #require(throws: DriverError.self) { try driver.join(.mail, network: .first) }
            #expect(error.message.hasPrefix("\(message): network \(NetworkID.first.short) is macvlan passthru"))
            #expect(error.message.contains("endpoint \(EndpointID.web.short)"))
            _ = try driver.deleteEndpoint(.web)
            try repeatedly(host) { try driver.join(.mail, network: .first) }
        }
    }

    @Test("A parent can change between macvlan and ipvlan once its last upper link is gone", .needs(.ipvlan))
    func kindsTakeTurns() async throws {
        try await withHost { host in
            var driver = try Driver(host: host.kernel, store: MemoryStore())
            for mode in ["bridge", "l2", "passthru", "l3", "vepa"] {
                let network = NetworkRequest(id: .first, options: ["parent": "p0", "mode": mode])
                try repeatedly(host) { try driver.createNetwork(network) }
                _ = try driver.createEndpoint(EndpointRequest(id: .web, networkID: .first))
                try repeatedly(host) { try driver.join(.web, network: .first) }
                _ = try driver.deleteEndpoint(.web)
                _ = try driver.deleteNetwork(.first)
            }
        }
    }

    @Test("A nested VLAN outlives the network that its outer link was created for", .needs(.vlan))
    func nestedVLAN() async throws {
        try await withHost { host in
            let before = try host.names()
            var driver = try Driver(host: host.kernel, store: MemoryStore())
            try driver.createNetwork(NetworkRequest(id: .first, options: ["parent": "p0.10"]))
            try driver.createNetwork(NetworkRequest(id: .second, options: ["parent": "p0.10.20"]))
            try expect(driver.deleteNetwork(.first), equals: [])
            try expect(host.names(), equals: before.union(["p0.10", "p0.10.20"]))
            _ = try driver.deleteNetwork(.second)
            try host.waitForRemovals()
            try expect(host.names(), equals: before)
        }
    }

    @Test("A VLAN ID that another link uses is refused with that link's name", .needs(.vlan))
    func vlanCarriedByOther() async throws {
        try await withHost { host in
            _ = try host.make("guests", .vlan(VLANLink(tag: 50)), on: try host.existing("p0"))
            var driver = try Driver(host: host.kernel, store: MemoryStore())
            let error = try #require(throws: DriverError.self) {
                try driver.createNetwork(NetworkRequest(id: .first, options: ["parent": "p0.50"]))
            }
            #expect(
                error.message
                    == #"parent=p0.50: VLAN 50 on p0 exists already as link "guests"; use parent=guests"#)
        }
    }

    @Test("A join on a missing parent fails and leaves no link")
    func parentGone() async throws {
        try await withHost { host in
            var driver = try Driver(host: host.kernel, store: MemoryStore())
            try driver.createNetwork(NetworkRequest(id: .first, options: ["parent": "p0"]))
            _ = try driver.createEndpoint(EndpointRequest(id: .web, networkID: .first))
            try host.delete(host.parent)
            let error = try #require(throws: DriverError.self) { try driver.join(.web, network: .first) }
            #expect(error.retry == .parentMissing(link: "p0"))
            try expect(host.names(), equals: ["lo"])
        }
    }

    private func wholeCycle(_ options: [String: String]) async throws {
        try await withHost { host in
            let before = try host.names()
            var driver = try Driver(host: host.kernel, store: MemoryStore())
            let network = NetworkRequest(
                id: .first, options: options, pools: [AddressPool(subnet: "192.168.50.0/24", gateway: "192.168.50.1")])
            let endpoint = EndpointRequest(id: .web, networkID: .first, addresses: ["192.168.50.10/24"])
            // Runs twice: the second time, links of the first run are still being removed.
            for _ in 0..<2 {
                try repeatedly(host) { try driver.createNetwork(network) }
                let mac = try repeatedly(host) { try driver.createEndpoint(endpoint).chosenMACAddress }
                let joined = try repeatedly(host) { try driver.join(.web, network: .first) }
                let link = try host.existing(joined.linkName.text)
                #expect(mac == nil || link.macAddress == mac)
                try expect(driver.join(.web, network: .first), equals: joined)
                _ = try driver.deleteEndpoint(.web)
                _ = try driver.deleteNetwork(.first)
            }
            try host.waitForRemovals()
            try expect(host.names(), equals: before)
            #expect(driver.status == "0 networks")
        }
    }
}

/// Makes a call and, like the daemon, repeats it if a link that is being removed blocks it.
@discardableResult
private func repeatedly<Result>(_ host: HostFixture, _ call: () throws -> Result) throws -> Result {
    do {
        return try call()
    } catch let error as DriverError where error.retry?.removal != nil {
        try host.waitForRemovals()
        return try call()
    }
}
