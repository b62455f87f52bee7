import DriverCore
import DriverTestKit
import KernelTestKit
import NetlinkTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite("Parents of every kind", .needsNetworkNamespaces, .needs(.veth), .needs(.macvlan))
struct ParentKindTests {
    static let modes = ["bridge", "l2"]

    @Test("A container works on a bond", .needs(.bond), .needs(.ipvlan), arguments: modes)
    func bond(_ mode: String) async throws {
        try await withNetworkNamespace {
            try cycle(mode, try HostFixture()) { host in try host.makeMaster("bond0", "bond") }
        }
    }

    @Test("A container works on a team", .needs(.team), .needs(.ipvlan), arguments: modes)
    func team(_ mode: String) async throws {
        try await withNetworkNamespace {
            try cycle(mode, try HostFixture()) { host in try host.makeMaster("team0", "team") }
        }
    }

    @Test("A macvlan container works on a bridge", .needs(.bridge), arguments: ["bridge", "private"])
    func bridge(_ mode: String) async throws {
        try await withNetworkNamespace {
            try cycle(mode, try HostFixture()) { host in try host.makeMaster("br0", "bridge") }
        }
    }

    @Test("An ipvlan container works on a bridge", .needs(.bridge), .needs(.ipvlan), arguments: ["l2", "l3"])
    func bridgeForIPvlan(_ mode: String) async throws {
        try await withNetworkNamespace {
            try cycle(mode, try HostFixture()) { host in try host.makeMaster("br0", "bridge") }
        }
    }

    @Test("A container works on a VRF port", .needs(.vrf), .needs(.ipvlan), arguments: modes)
    func portOfVRF(_ mode: String) async throws {
        try await withNetworkNamespace {
            try cycle(mode, try HostFixture()) { host in
                // IFLA_VRF_TABLE, 1000.
                try host.makeMaster("red", "vrf", data: [8, 0, 1, 0, 0xE8, 3, 0, 0])
                return "p0"
            }
        }
    }

    @Test(
        "A container works on a VLAN of a bridge port", .needs(.bridge), .needs(.vlan), .needs(.ipvlan),
        arguments: modes)
    func vlanOnPort(_ mode: String) async throws {
        try await withNetworkNamespace {
            try cycle(mode, try HostFixture()) { host in
                try host.makeMaster("br0", "bridge")
                return "p0.172"
            }
        }
    }

    @Test("A container works on a VLAN of a bridge once the bridge is in that VLAN", .needs(.bridge), .needs(.vlan))
    func bridgeVLAN() async throws {
        try await withNetworkNamespace {
            try cycle("bridge", try HostFixture()) { host in
                let bridge = try host.make("br0", .bridge(BridgeLink(filtersVLANs: true)))
                var driver = try Driver(host: host.kernel, store: MemoryStore())
                for parent in ["br0.172", "br0.1"] {
                    #expect(throws: DriverError.self) {
                        try driver.createNetwork(NetworkRequest(id: .first, options: ["parent": parent]))
                    }
                }
                try addToVLAN(172, bridge)
                return "br0.172"
            }
        }
    }

    @Test("A container works on a veth", .needs(.ipvlan), arguments: modes)
    func veth(_ mode: String) async throws {
        try await withNetworkNamespace { try cycle(mode, try HostFixture()) { _ in "p0" } }
    }

    @Test("A container works on a tap", .needs(.tun), .needs(.ipvlan), arguments: modes)
    func tap(_ mode: String) async throws {
        try await withNetworkNamespace {
            let tap = try ProgramLink("tap0", isTap: true)
            try cycle(mode, try HostFixture()) { host in
                try host.change(try host.existing("tap0"), LinkChanges(isUp: true))
                return "tap0"
            }
            withExtendedLifetime(tap) {}
        }
    }

    @Test("A container works on a VLAN link of any name", .needs(.vlan), .needs(.ipvlan), arguments: modes)
    func vlan(_ mode: String) async throws {
        try await withNetworkNamespace {
            try cycle(mode, try HostFixture()) { host in
                _ = try host.make("guests", .vlan(VLANLink(tag: 50)), on: try host.existing("p0"))
                return "guests"
            }
        }
    }

    @Test("A container works on a parent's alternative name", .needs(.ipvlan), arguments: modes)
    func otherName(_ mode: String) async throws {
        try await withNetworkNamespace {
            try cycle(mode, try HostFixture()) { host in
                try addName("uplink", to: try host.existing("p0"))
                return "uplink"
            }
        }
    }

    @Test("A container works on a VLAN whose parent is named by a long alternative name", .needs(.vlan))
    func longName() async throws {
        try await withNetworkNamespace {
            try cycle("bridge", try HostFixture()) { host in
                try addName("a-name-of-more-than-fifteen-bytes", to: try host.existing("p0"))
                return "a-name-of-more-than-fifteen-bytes.50"
            }
        }
    }

    @Test(
        "A container works on a parent that is down", .needs(.ipvlan),
        arguments: ["bridge", "passthru", "l2", "l3", "l3s"])
    func down(_ mode: String) async throws {
        try await withNetworkNamespace {
            try cycle(mode, try HostFixture()) { host in
                try host.set(host.parent, up: false)
                return "p0"
            }
        }
    }

    @Test("A link on a parent without Ethernet is refused by the kernel", .needs(.tun), .needs(.ipvlan))
    func withoutEthernet() async throws {
        try await withHost { host in
            let tun = try ProgramLink("tun0", isTap: false)
            let parent = try #require(try host.kernel.link(named: "tun0"))
            #expect(!parent.isEthernet)
            for (attachment, kind) in [(Attachment.macvlan(.bridge), "macvlan"), (.ipvlan(.l2, .bridge), "ipvlan")] {
                var plan = try host.plan(.web, attachment)
                plan = HostLinkPlan(name: plan.name, kind: .endpoint(attachment, parent: parent), owner: plan.owner)
                let error = try #require(throws: DriverError.self) { try host.kernel.create(plan) }
                #expect(
                    error.message == "create \(kind) link \"sva0b1c2d3e4f5\" on \"tun0\": Invalid argument (EINVAL)")
                let loopback = try #require(try host.kernel.link(named: "lo"))
                plan = HostLinkPlan(name: plan.name, kind: .endpoint(attachment, parent: loopback), owner: plan.owner)
                let refusal = try #require(throws: DriverError.self) { try host.kernel.create(plan) }
                #expect(
                    refusal.message == "create \(kind) link \"sva0b1c2d3e4f5\" on \"lo\": Invalid argument (EINVAL)")
            }
            withExtendedLifetime(tun) {}
        }
    }

    /// Creates a network on the parent, starts and stops a container, and checks that nothing remains.
    private func cycle(_ mode: String, _ host: HostFixture, _ makeParent: (HostFixture) throws -> String) throws {
        let parent = try makeParent(host)
        // The parent does not exist yet if it is a VLAN that the driver creates.
        let existing = try host.kernel.link(named: try #require(LinkName(parent)))
        let before = try host.names()
        var driver = try Driver(host: host.kernel, store: MemoryStore())
        try driver.createNetwork(
            NetworkRequest(
                id: .first, options: ["parent": parent, "mode": mode], pools: [AddressPool(subnet: "192.168.50.0/24")]))
        _ = try driver.createEndpoint(
            EndpointRequest(id: .web, networkID: .first, addresses: ["192.168.50.10/24"]))
        let joined = try driver.join(.web, network: .first)
        let link = try host.existing(joined.linkName.text)
        let index = try #require(link.lowerIndex)
        #expect(existing == nil || existing?.index == index)
        try expect(
            host.kernel.upperLinks(of: try #require(try host.kernel.link(at: index))).map(\.index),
            equals: [link.index])
        // Move the link as Docker does.
        let container = try OtherNetworkNamespace()
        try host.move(link, to: container)
        try container.client.setUp(link.name)
        #expect(try container.client.existing(link.name).isUp)
        try withCurrentNamespaceFile { home in
            try container.client.alter(try container.client.existing(link.name), namespace: home)
        }
        _ = try driver.deleteEndpoint(.web)
        _ = try driver.deleteNetwork(.first)
        try host.waitForRemovals()
        try expect(host.names(), equals: before)
    }
}
