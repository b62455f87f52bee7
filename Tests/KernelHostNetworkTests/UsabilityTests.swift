import DriverCore
import DriverTestKit
import KernelTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite("Address conflicts of an endpoint's link", .needsNetworkNamespaces, .needs(.veth), .needs(.macvlan))
struct UsabilityTests {
    private static let mac: MACAddress = "02:42:ac:11:00:02"

    @Test(
        "A macvlan link is usable unless another with its MAC address is up", arguments: [MacvlanMode.bridge, .private])
    func macvlan(mode: MacvlanMode) async throws {
        try await withHost { host in
            let link = try host.kernel.create(try host.plan(.web, .macvlan(mode), mac: Self.mac))
            #expect(try host.kernel.isUsable(link, with: []))
            let kind = LinkKind.macvlan(MacvlanLink(mode: mode))
            let other = try host.make("users", kind, on: try host.existing("p0"), macAddress: Self.mac)
            #expect(try host.kernel.isUsable(link, with: []))
            try host.change(other, LinkChanges(isUp: true))
            #expect(try !host.kernel.isUsable(link, with: []))
            #expect(try !host.existing(link.name).isUp)
            try host.change(other, LinkChanges(isUp: false))
            #expect(try host.kernel.isUsable(link, with: []))
            #expect(try !host.existing(link.name).isUp)
        }
    }

    @Test("A macvlan link conflicts with one in another namespace")
    func macvlanElsewhere() async throws {
        try await withHost { host in
            let container = try OtherNetworkNamespace()
            let kind = LinkKind.macvlan(MacvlanLink(mode: .bridge))
            let other = try host.make("users", kind, on: try host.existing("p0"), macAddress: Self.mac)
            try host.move(other, to: container)
            try container.client.setUp("users")
            let link = try host.kernel.create(try host.plan(.web, .macvlan(.bridge), mac: Self.mac))
            #expect(try !host.kernel.isUsable(link, with: []))
        }
    }

    @Test("A macvlan link with its parent's MAC address is unusable unless it is passthru")
    func parentsAddress() async throws {
        try await withHost { host in
            let link = try host.kernel.create(try host.plan(.web, .macvlan(.bridge), mac: host.parent.macAddress))
            #expect(try !host.kernel.isUsable(link, with: []))
            _ = try host.kernel.retire(link)
            try host.waitForRemovals()
            let passthru = try host.kernel.create(try host.plan(.mail, .macvlan(.passthru)))
            #expect(try host.kernel.isUsable(passthru, with: []))
        }
    }

    @Test("A macvlan link does not conflict with one on a VLAN of the parent", .needs(.vlan))
    func onVLAN() async throws {
        try await withHost { host in
            try silence(host.parent.name)
            let vlan = try host.make("guests", .vlan(VLANLink(tag: 50)), on: try host.existing("p0"))
            try silence(vlan.name)
            try host.change(vlan, LinkChanges(isUp: true))
            let kind = LinkKind.macvlan(MacvlanLink(mode: .bridge))
            let other = try host.make("users", kind, on: vlan, macAddress: Self.mac)
            try silence(other.name)
            try host.change(other, LinkChanges(isUp: true))
            let link = try host.kernel.create(try host.plan(.web, .macvlan(.bridge), mac: Self.mac))
            let before = try receivedPackets(by: "p1")
            #expect(try host.kernel.isUsable(link, with: []))
            // The check brought the link up and down, and no packet left it.
            try expect(receivedPackets(by: "p1"), equals: before)
            #expect(try !host.existing(link.name).isUp)
            try expect(addressGeneration(of: link.name), equals: "1")
            let container = try OtherNetworkNamespace()
            try host.move(try host.existing(link.name), to: container)
            try expect(container.within { try addressGeneration(of: link.name) }, equals: "0")
        }
    }

    @Test(
        "An ipvlan link is usable unless another has one of its IP addresses", .needs(.ipvlan),
        arguments: IPvlanMode.allCases)
    func ipvlan(mode: IPvlanMode) async throws {
        try await withHost { host in
            for name in ["p0", "p1"] { try silence(name) }
            let container = try OtherNetworkNamespace()
            let addresses: [IPPrefix] = ["192.168.50.10/24", "fd00:50::10/64"]
            let link = try host.kernel.create(try host.plan(.web, .ipvlan(mode, .bridge)))
            let other = try host.make("users", .ipvlan(IPvlanLink(mode: mode, flag: .bridge)), on: host.existing("p0"))
            try host.move(other, to: container)
            let moved = try container.client.existing("users")
            let routes = try host.routes()
            let packets = try receivedPackets(by: "p1")
            #expect(try host.kernel.isUsable(link, with: addresses))
            for address in addresses {
                let taken = AddressMessage(link: moved.index, prefix: address)
                try container.client.add(taken, linkName: "users")
                #expect(try !host.kernel.isUsable(link, with: addresses))
                try container.client.remove(taken, linkName: "users")
                #expect(try host.kernel.isUsable(link, with: addresses))
            }
            try expect(host.routes(), equals: routes)
            try expect(host.addresses(of: link), equals: [])
            try expect(receivedPackets(by: "p1"), equals: packets)
        }
    }

    @Test("An ipvlan link is usable where IPv6 is disabled", .needs(.ipvlan))
    func withoutIPv6() async throws {
        try await withHost { host in
            let link = try host.kernel.create(try host.plan(.web, .ipvlan(.l2, .bridge)))
            try silence(link.name)
            #expect(try host.kernel.isUsable(link, with: ["192.168.50.10/24", "fd00:50::10/64"]))
        }
    }

    @Test("The check of a link that is gone fails")
    func gone() async throws {
        try await withHost { host in
            let link = try host.kernel.create(try host.plan(.web, .macvlan(.bridge), mac: Self.mac))
            try host.delete(link)
            let other = try host.make(
                "users", .macvlan(MacvlanLink(mode: .bridge)), on: try host.existing("p0"), macAddress: Self.mac)
            try host.change(other, LinkChanges(isUp: true))
            #expect(throws: DriverError.self) { try host.kernel.isUsable(link, with: []) }
        }
    }

    /// Disables IPv6 on a link, so that the kernel sends no packets on it by itself.
    private func silence(_ name: String) throws {
        try setKernelSetting("net/ipv6/conf/\(name)/disable_ipv6", to: "1")
    }

    private func addressGeneration(of name: String) throws -> String {
        String(try readTextFile("/proc/sys/net/ipv6/conf/\(name)/addr_gen_mode").prefix(1))
    }

    /// The number of packets received at the far end of the wire.
    private func receivedPackets(by name: String) throws -> String {
        let line = try readTextFile("/proc/thread-self/net/dev").split(separator: "\n").first {
            $0.contains("\(name):")
        }
        return String(try #require(line).split(separator: " ")[2])
    }
}
