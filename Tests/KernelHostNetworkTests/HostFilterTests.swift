import DriverCore
import DriverTestKit
import NetlinkTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite("What of the kernel's notifications the driver has to look at")
struct HostFilterTests {
    private let parent = Told(index: 3, name: "eth0")
    private let endpoint = Told(index: 7, name: "sv0", kind: "macvlan", lower: 3, alias: LinkOwner.endpoint(.web).alias)

    @Test("nothing, where a link is told of again without a change")
    func repeated() throws {
        var filter = try HostFilter(parent)
        try expect(filter.change(by: .link(parent.message())), equals: nil)
    }

    @Test("whatever the driver sees of a link", arguments: Told.changes)
    func changed(_ change: Told) throws {
        var filter = try HostFilter(parent)
        try expect(filter.change(by: .link(change.message())), equals: .link(change.name))
        try expect(filter.change(by: .link(change.message())), equals: nil)
        try expect(filter.change(by: .link(parent.message())), equals: .link("eth0"))
    }

    @Test("not what somebody writes into an alias, nor the group, nor whether there is a carrier")
    func unseen() throws {
        var filter = try HostFilter(parent)
        var other = parent
        other.alias = "the office's"
        other.group = 7
        other.flags = 0x11043
        try expect(filter.change(by: .link(other.message())), equals: nil)
    }

    @Test("a link that appears, and one that vanishes")
    func appears() throws {
        var filter = HostFilter()
        try expect(filter.change(by: .link(parent.message())), equals: .link("eth0"))
        try expect(filter.change(by: .linkGone(parent.message())), equals: .link("eth0"))
        // Nobody had told of it, but it was there.
        try expect(filter.change(by: .linkGone(parent.message())), equals: .link("eth0"))
    }

    @Test("not an endpoint's link, whatever happens to it")
    func endpoints() throws {
        var filter = try HostFilter(parent)
        var making = endpoint
        (making.alias, making.group) = (nil, LinkGroup.unfinished.rawValue)
        var up = endpoint
        up.flags = 0x1003
        var retired = endpoint
        (retired.alias, retired.group) = (LinkOwner.retired.alias, 0x4000_0001)
        for told in [making, endpoint, up, retired] {
            try expect(filter.change(by: .link(told.message())), equals: nil)
            try expect(filter.change(by: .linkGone(told.message())), equals: nil)
        }
    }

    @Test("an endpoint's link that somebody takes the mark from, and gives it back")
    func markLost() throws {
        var filter = try HostFilter(parent, endpoint)
        var bare = endpoint
        bare.alias = nil
        try expect(filter.change(by: .link(bare.message())), equals: .link("sv0"))
        try expect(filter.change(by: .link(endpoint.message())), equals: .link("sv0"))
        try expect(filter.change(by: .linkGone(endpoint.message())), equals: nil)
    }

    @Test("a VLAN of this program's that vanishes, though its mark was never told of")
    func silentMark() throws {
        var making = Told(index: 8, name: "eth0.50", kind: "vlan", lower: 3)
        making.group = LinkGroup.unfinished.rawValue
        var filter = try HostFilter(parent)
        try expect(filter.change(by: .link(making.message())), equals: nil)
        (making.alias, making.group) = (LinkOwner.vlan.alias, 0)
        try expect(filter.change(by: .linkGone(making.message())), equals: .link("eth0.50"))
    }

    @Test("routes of this program's that are removed from the main table, and no others")
    func routes() {
        var filter = HostFilter()
        let destination: IPPrefix = "10.6.0.0/16"
        let ours = RouteMessage(to: destination, protocol: .swiftvlan)
        #expect(filter.change(by: .routeGone(ours)) == .route(destination))
        #expect(filter.change(by: .route(ours)) == nil)
        #expect(filter.change(by: .routeGone(RouteMessage(to: destination, protocol: .static))) == nil)
        #expect(
            filter.change(by: .routeGone(RouteMessage(to: destination, table: 1000, protocol: .swiftvlan))) == nil)
    }

    @Test("changes read as what happened")
    func descriptions() {
        #expect("\(HostChange.link("eth0"))" == #"link "eth0""#)
        #expect("\(HostChange.route("10.6.0.0/16"))" == "route to 10.6.0.0/16")
        #expect("\(HostChange.overrun)" == "notifications were lost")
    }
}

extension HostFilter {
    /// A filter that has begun with these links.
    fileprivate init(_ links: Told...) throws {
        self.init()
        begin(with: try links.map { try $0.message() })
    }
}
