import DriverCore
import DriverTestKit
import KernelTestKit
import NetlinkTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite("HostFilter")
struct HostFilterTests {
    private let parent = WireLink(index: 3, name: "eth0")
    private let endpoint = WireLink(
        index: 7, name: "sv0", kind: "macvlan", lower: 3, alias: LinkOwner.endpoint(.web).alias)

    @Test("HostFilter ignores a link that is reported without a change")
    func repeated() throws {
        var filter = try HostFilter(parent)
        try expect(filter.change(by: .link(parent.message())), equals: nil)
    }

    @Test("HostFilter reports every change of a link that matters to the driver", arguments: WireLink.changes)
    func changed(_ change: WireLink) throws {
        var filter = try HostFilter(parent)
        try expect(filter.change(by: .link(change.message())), equals: .link(change.name))
        try expect(filter.change(by: .link(change.message())), equals: nil)
        try expect(filter.change(by: .link(parent.message())), equals: .link("eth0"))
    }

    @Test("HostFilter ignores changes of a foreign alias, the group and the carrier")
    func unseen() throws {
        var filter = try HostFilter(parent)
        var other = parent
        other.alias = "the office's"
        other.group = 7
        other.flags = 0x11043
        try expect(filter.change(by: .link(other.message())), equals: nil)
    }

    @Test("HostFilter reports a changed address generation mode only for links of the driver")
    func addressGeneration() throws {
        let vlan = WireLink(index: 8, name: "eth0.50", kind: "vlan", lower: 3, alias: LinkOwner.vlan.alias)
        for (link, isReported) in [(vlan, true), (parent, false)] {
            var filter = try HostFilter(link)
            var changed = try link.message()
            changed.ipv6AddressGeneration = .noAddress
            let change = filter.change(by: .link(changed))
            #expect((change != nil) == isReported)
        }
    }

    @Test("HostFilter reports a link that appears and a link that disappears")
    func appears() throws {
        var filter = HostFilter()
        try expect(filter.change(by: .link(parent.message())), equals: .link("eth0"))
        try expect(filter.change(by: .linkGone(parent.message())), equals: .link("eth0"))
        // The filter does not know the link, but it existed.
        try expect(filter.change(by: .linkGone(parent.message())), equals: .link("eth0"))
    }

    @Test("HostFilter ignores all changes of an endpoint's link")
    func endpoints() throws {
        var filter = try HostFilter(parent)
        var making = endpoint
        (making.alias, making.group) = (nil, LinkGroup.unfinished.rawValue)
        var up = endpoint
        up.flags = 0x1003
        var retired = endpoint
        (retired.alias, retired.group) = (LinkOwner.retired.alias, 0x4000_0001)
        for link in [making, endpoint, up, retired] {
            try expect(filter.change(by: .link(link.message())), equals: nil)
            try expect(filter.change(by: .linkGone(link.message())), equals: nil)
        }
    }

    @Test("HostFilter reports an endpoint's link that loses its alias and gets it back")
    func aliasLost() throws {
        var filter = try HostFilter(parent, endpoint)
        var bare = endpoint
        bare.alias = nil
        try expect(filter.change(by: .link(bare.message())), equals: .link("sv0"))
        try expect(filter.change(by: .link(endpoint.message())), equals: .link("sv0"))
        try expect(filter.change(by: .linkGone(endpoint.message())), equals: nil)
    }

    @Test("HostFilter reports a deleted VLAN link of the driver even if its alias was never reported")
    func silentAlias() throws {
        var making = WireLink(index: 8, name: "eth0.50", kind: "vlan", lower: 3)
        making.group = LinkGroup.unfinished.rawValue
        var filter = try HostFilter(parent)
        try expect(filter.change(by: .link(making.message())), equals: nil)
        (making.alias, making.group) = (LinkOwner.vlan.alias, 0)
        try expect(filter.change(by: .linkGone(making.message())), equals: .link("eth0.50"))
    }

    @Test("HostFilter reports each global address once when it is added, and when it is removed")
    func addresses() throws {
        var filter = try HostFilter(parent)
        for prefix: IPPrefix in ["192.168.50.2/24", "fd00::2/64"] {
            let address = AddressMessage(link: try #require(InterfaceIndex(3)), prefix: prefix)
            let change = "address \(prefix) of link \"eth0\""
            #expect(filter.change(by: .address(address)) == change)
            // The kernel reports a longer lifetime.
            #expect(filter.change(by: .address(address)) == nil)
            #expect(filter.change(by: .addressGone(address)) == change)
            #expect(filter.change(by: .addressGone(address)) == change)
            #expect(filter.change(by: .address(address)) == change)
            try expect(filter.change(by: .linkGone(parent.message())), equals: .link("eth0"))
            try expect(filter.change(by: .link(parent.message())), equals: .link("eth0"))
            #expect(filter.change(by: .address(address)) == change)
        }
    }

    @Test("HostFilter reports an IPv6 address once duplicate address detection has ended")
    func tentative() throws {
        var filter = try HostFilter(parent)
        var address = AddressMessage(link: try #require(InterfaceIndex(3)), prefix: "fd00::2/64", flags: .tentative)
        #expect(filter.change(by: .address(address)) == nil)
        address.flags = []
        #expect(filter.change(by: .address(address)) != nil)
    }

    @Test("HostFilter ignores IPv6 link-local addresses, and those of endpoints, the loopback and unknown links")
    func otherAddresses() throws {
        var loopback = WireLink(index: 1, name: "lo")
        loopback.flags = 0x49
        var filter = try HostFilter(parent, endpoint, loopback)
        let global: IPPrefix = "192.168.50.2/32"
        let ignored: [(Int32, IPPrefix)] = [
            (3, "fe80::1/64"), (7, global), (1, global), (77, global),
        ]
        for (link, prefix) in ignored {
            let address = AddressMessage(link: try #require(InterfaceIndex(link)), prefix: prefix)
            #expect(filter.change(by: .address(address)) == nil)
            #expect(filter.change(by: .addressGone(address)) == nil)
        }
    }

    @Test("HostFilter reports an IPv4 link-local address that comes or goes, as a parent may have no other")
    func ipv4LinkLocal() throws {
        var filter = try HostFilter(parent)
        let address = AddressMessage(link: try #require(InterfaceIndex(3)), prefix: "169.254.1.1/31")
        #expect(filter.change(by: .address(address)) == "address 169.254.1.1/31 of link \"eth0\"")
        #expect(filter.change(by: .addressGone(address)) == "address 169.254.1.1/31 of link \"eth0\"")
    }

    @Test("HostFilter reports an address that a shim loses, but none that it gets")
    func shimAddress() throws {
        let shim = WireLink(index: 9, name: "sh-eth0", kind: "macvlan", lower: 3, alias: LinkOwner.shim.alias)
        var filter = try HostFilter(parent, shim)
        let address = AddressMessage(link: try #require(InterfaceIndex(9)), prefix: "192.168.50.2/32")
        #expect(filter.change(by: .address(address)) == nil)
        #expect(filter.change(by: .addressGone(address)) == "address 192.168.50.2/32 of link \"sh-eth0\"")
    }

    @Test("HostFilter reports a shim that is set down and one that is deleted")
    func shim() throws {
        var shim = WireLink(index: 9, name: "sh-eth0", kind: "macvlan", lower: 3, alias: LinkOwner.shim.alias)
        var filter = try HostFilter(parent, shim)
        shim.flags = 0x1002
        try expect(filter.change(by: .link(shim.message())), equals: .link("sh-eth0"))
        try expect(filter.change(by: .linkGone(shim.message())), equals: .link("sh-eth0"))
    }

    @Test("HostFilter reports only routes of the driver that are removed, in any table")
    func routes() {
        var filter = HostFilter()
        let destination: IPPrefix = "10.6.0.0/16"
        let ours = RouteMessage(to: destination, protocol: .swiftvlan)
        #expect(filter.change(by: .routeGone(ours)) == .route(destination))
        #expect(filter.change(by: .route(ours)) == nil)
        #expect(filter.change(by: .routeGone(RouteMessage(to: destination, protocol: .static))) == nil)
        #expect(
            filter.change(by: .routeGone(RouteMessage(to: destination, table: 1000, protocol: .swiftvlan)))
                == .route(destination))
    }
}

extension HostFilter {
    /// Returns a filter that starts with these links.
    fileprivate init(_ links: WireLink...) throws {
        self.init()
        reset(to: try links.map { try $0.message() })
    }
}
