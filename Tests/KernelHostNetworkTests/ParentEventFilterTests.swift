import DriverCore
import DriverTestKit
import NetworkTypes
import RouteNetlink
import Testing

@testable import KernelHostNetwork

@Suite("ParentEventFilter")
struct ParentEventFilterTests {
    private static let (noCarrier, carrier, down): (UInt32, UInt32, UInt32) = (0x1003, 0x11043, 0x1002)

    private func link(
        _ flags: UInt32, owner: LinkOwner? = nil, event: UInt32? = nil
    ) throws -> LinkMessage {
        var link = WireLink(index: 3, name: "eth0", kind: owner == nil ? nil : "macvlan", alias: owner?.alias)
        (link.flags, link.event) = (flags, event)
        return try link.message()
    }

    private func returned() throws -> ParentEvent {
        ParentEvent(.carrierReturned, of: try #require(InterfaceIndex(3)))
    }

    @Test("The carrier of a known link returns once per transition", arguments: [noCarrier, down])
    func returns(lost: UInt32) throws {
        var filter = ParentEventFilter()
        #expect(filter.reset(to: [try link(Self.carrier)]) == [])
        for _ in 0..<2 {
            #expect(filter.event(of: .link(try link(lost))) == nil)
            #expect(filter.event(of: .link(try link(lost))) == nil)
            #expect(filter.event(of: .link(try link(Self.carrier))) == (try returned()))
            #expect(filter.event(of: .link(try link(Self.carrier))) == nil)
        }
    }

    @Test("A new link that has a carrier is no event, nor is one that was deleted in between")
    func new() throws {
        var filter = ParentEventFilter()
        #expect(filter.event(of: .link(try link(Self.carrier))) == nil)
        #expect(filter.event(of: .link(try link(Self.down))) == nil)
        #expect(filter.event(of: .linkGone(try link(Self.down))) == nil)
        #expect(filter.event(of: .link(try link(Self.carrier))) == nil)
    }

    @Test("A return that happened while notifications were lost is an event")
    func lost() throws {
        var filter = ParentEventFilter()
        #expect(filter.reset(to: [try link(Self.noCarrier)]) == [])
        #expect(filter.reset(to: [try link(Self.carrier)]) == [try returned()])
        #expect(filter.reset(to: [try link(Self.carrier)]) == [])
    }

    @Test("Each notification of a bond's failover is an event; other reasons are none")
    func failover() throws {
        var filter = ParentEventFilter()
        let failedOver = ParentEvent(.failedOver, of: try #require(InterfaceIndex(3)))
        #expect(filter.event(of: .link(try link(Self.carrier, event: 3))) == failedOver)
        for other: UInt32 in [0, 1, 2, 4, 5] {
            #expect(filter.event(of: .link(try link(Self.carrier, event: other))) == nil)
        }
    }

    @Test(
        "Links of endpoints and shims have no events",
        arguments: [LinkOwner.endpoint(.web), LinkOwner.shim, LinkOwner.retired])
    func ours(owner: LinkOwner) throws {
        var filter = ParentEventFilter()
        #expect(filter.reset(to: [try link(Self.noCarrier, owner: owner)]) == [])
        #expect(filter.event(of: .link(try link(Self.carrier, owner: owner))) == nil)
        #expect(filter.event(of: .link(try link(Self.carrier, owner: owner, event: 3))) == nil)
    }
}
