import DriverCore
import DriverTestKit
import KernelTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite("IPv6 addresses of the host on links of the driver", .needsNetworkNamespaces, .needs(.veth))
struct AddressGenerationTests {
    @Test(
        "A VLAN link is brought up without an IPv6 address and never gets one", .needs(.vlan), arguments: [true, false])
    func vlan(parentIsUp: Bool) async throws {
        try await withHost { host in
            try setKernelSetting("net/ipv6/conf/default/accept_dad", to: "0")
            if !parentIsUp { try host.set(host.parent, up: false) }
            let link = try host.kernel.create(
                HostLinkPlan(name: "p0.50", kind: .vlan(50, lower: host.parent), owner: .vlan))
            #expect(link.generatesAddress == false)
            try expect(host.kernel.link(named: "p0.50")?.generatesAddress, equals: false)
            if parentIsUp { try host.set(host.parent, up: false) }
            try host.set(host.parent, up: true)
            // Another link that gets an address proves that there was enough time for it.
            let other = try host.kernel.create(
                HostLinkPlan(
                    name: "p0.60", kind: .vlan(60, lower: host.parent), owner: .vlan, generatesAddress: true))
            #expect(other.generatesAddress == true)
            try host.waitForAddress(of: other)
            try expect(host.addresses(of: link), equals: [])
        }
    }

    @Test("A dummy link is brought up without an IPv6 address", .needs(.dummy))
    func dummy() async throws {
        try await withHost { host in
            let link = try host.kernel.create(
                HostLinkPlan(name: "sd-0", kind: .dummy, owner: .isolatedParent(.first)))
            #expect(link.generatesAddress == false)
            try expect(host.kernel.link(named: "sd-0")?.generatesAddress, equals: false)
            // A dummy link has its carrier at once, and therefore its address.
            try expect(host.addresses(of: link), equals: [])
        }
    }

    @Test("An endpoint's link has an IPv6 address of its own in its container", .needs(.macvlan))
    func endpoint() async throws {
        try await withHost { host in
            let link = try host.makeEndpoint()
            #expect(link.generatesAddress == true)
            let container = try OtherNetworkNamespace()
            try host.move(try host.existing(link.name), to: container)
            try container.client.setUp(link.name)
            let mac = try #require(link.macAddress)
            try waitFor(
                "the container's address", pollingEvery: 1000,
                reading: {
                    try container.within { try KernelRow.addresses(of: container.client.existing(link.name).index) }
                },
                until: { $0 == [IPPrefix.linkLocal(for: mac)] })
        }
    }

    @Test("A link without IPv6 is created anyway", .needs(.vlan))
    func withoutIPv6() async throws {
        try await withHost { host in
            // Less than the minimum of IPv6 (RFC 8200, section 5): the kernel gives the link no address.
            try host.kernel.setMTU(1000, of: host.parent)
            let lower = try #require(try host.kernel.link(named: "p0"))
            let link = try host.kernel.create(
                HostLinkPlan(name: "p0.50", kind: .vlan(50, lower: lower), owner: .vlan))
            #expect(link.generatesAddress == nil)
            #expect(link.owner == .vlan)
            try expect(host.existing("p0.50").isUp, equals: true)
            try setKernelSetting("net/ipv6/conf/default/disable_ipv6", to: "1")
            try host.kernel.setMTU(1500, of: host.parent)
            let other = try host.kernel.create(
                HostLinkPlan(name: "p0.60", kind: .vlan(60, lower: host.parent), owner: .vlan))
            #expect(other.generatesAddress == false)
        }
    }

    @Test(
        "The host's IPv6 address is added to and removed from a link that is up, and other addresses stay",
        .needs(.vlan))
    func changed() async throws {
        try await withHost { host in
            try setKernelSetting("net/ipv6/conf/default/accept_dad", to: "0")
            let link = try host.kernel.create(
                HostLinkPlan(name: "p0.50", kind: .vlan(50, lower: host.parent), owner: .vlan, generatesAddress: true))
            try host.waitForAddress(of: link)
            try host.add("fd00:50::7/64", to: link)
            for _ in 0..<2 {
                try host.kernel.setAddressGeneration(false, of: link)
                try expect(host.addresses(of: link), equals: ["fd00:50::7/64"])
                try expect(host.kernel.link(named: "p0.50")?.generatesAddress, equals: false)
            }
            for _ in 0..<2 {
                try host.kernel.setAddressGeneration(true, of: link)
                let own = try #require(link.macAddress.flatMap { IPPrefix.linkLocal(for: $0) })
                try expect(Set(host.addresses(of: link)), equals: ["fd00:50::7/64", own])
                try expect(host.kernel.link(named: "p0.50")?.generatesAddress, equals: true)
            }
            // With IPv6 disabled, there is no address to add or remove.
            try setKernelSetting("net/ipv6/conf/p0.50/disable_ipv6", to: "1")
            try host.kernel.setAddressGeneration(false, of: link)
            try host.kernel.setAddressGeneration(true, of: link)
            try expect(host.addresses(of: link), equals: [])
        }
    }

    @Test(
        "A VLAN link that an earlier version created loses the host's IPv6 address", .needs(.vlan),
        .needs(.macvlan))
    func upgraded() async throws {
        try await withHost { host in
            try setKernelSetting("net/ipv6/conf/default/accept_dad", to: "0")
            let store = MemoryStore()
            var driver = try Driver(host: host.kernel, store: store)
            try driver.createNetwork(NetworkRequest(id: .first, options: ["parent": "p0.50"], pools: .lan))
            let link = try #require(try host.kernel.link(named: "p0.50"))
            try host.kernel.setAddressGeneration(true, of: link)
            try expect(host.addresses(of: link).count, equals: 1)
            _ = driver.reconcile(at: .zero)
            try expect(host.addresses(of: link), equals: [])
        }
    }
}

extension HostFixture {
    /// Blocks until the kernel adds the host's IPv6 address to a link, once it has noticed the carrier.
    fileprivate func waitForAddress(of link: HostLink) throws {
        let own = try #require(link.macAddress.flatMap { IPPrefix.linkLocal(for: $0) })
        try waitFor(
            "the link's address", pollingEvery: 1000, reading: { try addresses(of: link) }, until: { $0 == [own] })
    }
}
