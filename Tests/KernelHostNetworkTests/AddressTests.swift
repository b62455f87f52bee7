import DriverCore
import DriverTestKit
import KernelTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite("Addresses of the host, and links that it uses", .needsNetworkNamespaces, .needs(.veth))
struct AddressTests {
    @Test("Addresses of both families are listed with their links")
    func listed() async throws {
        try await withHost { host in
            let far = try #require(try host.kernel.link(named: "p1"))
            try host.add("10.1.0.2/24", to: host.parent)
            try host.add("fd00::2/64", to: host.parent)
            try host.add("10.2.0.2/24", to: far)
            let found = try host.kernel.addresses().filter { !$0.prefix.address.isLinkLocal }
            #expect(
                Set(found.map { "\($0.prefix) on \($0.linkIndex)" }) == [
                    "10.1.0.2/24 on \(host.parent.index)", "fd00::2/64 on \(host.parent.index)",
                    "10.2.0.2/24 on \(far.index)",
                ])
            #expect(found.filter { !$0.isSomebodys } == [])
        }
    }

    @Test("A link-local address that the kernel adds does not count as added by a program")
    func linkLocal() async throws {
        try await withHost { host in
            // IPv6 adds the link-local address once it has noticed the carrier.
            let found = try waitFor("an address", reading: { try host.kernel.addresses() }) { !$0.isEmpty }
            #expect(found.filter(\.isSomebodys) == [])
        }
    }

    @Test(
        "An address from a router advertisement does not count as added by a program, even without a reported origin",
        arguments: [
            ("2001:db8::9/64", .managesTemporary, false), ("2001:db8::9/64", .temporary, false),
            ("2001:db8::9/64", [.managesTemporary, .permanent], true), ("2001:db8::9/64", .permanent, true),
            ("2001:db8::9/64", [], true), ("192.168.50.9/24", [.temporary, .managesTemporary], true),
        ] as [(String, AddressFlags, Bool)])
    func announced(_ text: String, _ flags: AddressFlags, isSomebodys: Bool) throws {
        let link = try #require(InterfaceIndex(7))
        let address = HostAddress(AddressMessage(link: link, prefix: try prefix(text), flags: flags))
        #expect(address.isSomebodys == isSomebodys)
    }

    @Test(
        "An IPv6 address that is tentative, a duplicate or deprecated is not preferred; an IPv4 address always is",
        arguments: [
            ("2001:db8::9/64", .tentative, false), ("2001:db8::9/64", [.tentative, .duplicate], false),
            ("2001:db8::9/64", .deprecated, false), ("2001:db8::9/64", .permanent, true),
            ("192.168.50.9/24", .deprecated, true),
        ] as [(String, AddressFlags, Bool)])
    func preferred(_ text: String, _ flags: AddressFlags, isPreferred: Bool) throws {
        let link = try #require(InterfaceIndex(7))
        let address = HostAddress(AddressMessage(link: link, prefix: try prefix(text), flags: flags))
        #expect(address.isPreferred == isPreferred)
    }

    @Test("Only routes that a program added over a link are found, in every table")
    func addedRoutes() async throws {
        try await withHost { host in
            let other = try host.existing("p1").index
            let parent = host.parent.index
            try host.add("10.1.0.2/24", to: host.parent)
            try host.add(RouteMessage(to: "10.6.0.0/16", link: parent, protocol: .swiftvlan))
            try host.add(RouteMessage(to: "10.7.0.0/16", link: other, protocol: .static))
            // Older kernels add this route.
            try host.add(RouteMessage(to: "ff00::/8", link: parent, table: 255, protocol: .boot))
            try expect(host.kernel.addedRoutes(over: host.parent), equals: [])

            try host.add(RouteMessage(to: "10.8.0.0/16", link: parent, protocol: .static))
            try host.add(RouteMessage(to: "10.9.0.0/16", via: "10.1.0.1", link: parent, table: 1000, protocol: .boot))
            try host.add(RouteMessage(to: "fd00:8::/48", link: parent, protocol: .boot))
            let found = try host.kernel.addedRoutes(over: host.parent)
            #expect(Set(found.map(\.destination)) == ["10.8.0.0/16", "10.9.0.0/16", "fd00:8::/48"])
            #expect(found.filter(\.isOurs) == [])
        }
    }

    @Test("A released link loses its alias and nothing else", .needs(.macvlan))
    func released() async throws {
        try await withHost { host in
            let link = try host.makeEndpoint()
            let before = try host.existing(link.name)
            // A link with that index but another owner, as if the kernel had reused the index.
            var another = link
            another.owner = .endpoint(.mail)
            try host.kernel.release(another)
            #expect(try host.existing(link.name) == before)

            try host.kernel.release(link)
            var expected = before
            expected.alias = nil
            #expect(try host.existing(link.name) == expected)
            try expect(host.kernel.link(named: "sva0b1c2d3e4f5")?.owner, equals: nil)
            try host.delete(link)
            try host.kernel.release(link)
        }
    }

    @Test("An unfinished VLAN link with an address of the host is left to the host at the next start", .needs(.vlan))
    func unfinished() async throws {
        try await withHost { host in
            let plans = (1...2).map { number in
                HostLinkPlan(
                    name: number == 1 ? "p0.1" : "p0.2",
                    kind: .vlan(VLANTag(integerLiteral: UInt16(number)), lower: host.parent),
                    owner: .vlan)
            }
            for plan in plans { _ = try host.make(NewLink(plan)) }
            try host.add("192.168.50.9/24", to: try #require(try host.kernel.link(named: "p0.1")))
            try expect(host.kernel.retireUnfinishedLinks(), equals: 1)
            try host.waitForRemovals()
            try expect(host.names(), equals: ["lo", "p0", "p1", "p0.1"])
            try expect(host.kernel.link(named: "p0.1")?.owner, equals: nil)
            try expect(host.kernel.retireUnfinishedLinks(), equals: 0)
        }
    }

    @Test(
        "A VLAN link with an address or route of the host stays when its network is deleted", .needs(.vlan),
        arguments: ["192.168.50.9/24", "fd00:50::9/64", "route", nil])
    func used(_ use: String?) async throws {
        try await withHost { host in
            var driver = try Driver(host: host.kernel, store: MemoryStore())
            try driver.createNetwork(
                NetworkRequest(
                    id: .first, options: ["parent": "p0.50"], pools: [AddressPool(subnet: "192.168.50.0/24")]))
            let link = try #require(try host.kernel.link(named: "p0.50"))
            switch use {
            case "route": try host.add(RouteMessage(to: "10.8.0.0/16", link: link.index, protocol: .static))
            case let address?: try host.add(try prefix(address), to: link)
            case nil: break
            }
            _ = try driver.deleteNetwork(.first)
            try host.waitForRemovals()
            #expect(driver.takeNotices().count == (use == nil ? 0 : 1))
            try expect(host.names().contains("p0.50"), equals: use != nil)
            try expect(host.kernel.link(named: "p0.50")?.owner, equals: nil)
        }
    }

    @Test("A container is refused the host's address and gets another one", .needs(.macvlan))
    func refused() async throws {
        try await withHost { host in
            try host.add("192.168.50.2/24", to: host.parent)
            var driver = try Driver(host: host.kernel, store: MemoryStore())
            try driver.createNetwork(
                NetworkRequest(id: .first, options: ["parent": "p0"], pools: [AddressPool(subnet: "192.168.50.0/24")]))
            #expect(driver.takeNotices().map(\.message).filter { $0.contains("host=192.168.50.2") }.count == 1)
            let error = #expect(throws: DriverError.self) {
                try driver.createEndpoint(
                    EndpointRequest(id: .web, networkID: .first, addresses: ["192.168.50.2/24"]))
            }
            #expect(error?.message.hasPrefix(#"address 192.168.50.2 is the host's own, on link "p0""#) == true)
            _ = try driver.createEndpoint(
                EndpointRequest(id: .web, networkID: .first, addresses: ["192.168.50.3/24"]))
        }
    }
}
