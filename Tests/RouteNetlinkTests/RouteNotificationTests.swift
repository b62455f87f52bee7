import Netlink
import NetlinkTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@Suite("RouteNotification")
struct RouteNotificationTests {
    @Test(
        "RouteNotification reads the messages that the kernel sends for each command",
        arguments: Self.captured.keys.sorted())
    func read(_ name: String) throws {
        let notifications = try Vector("notification-\(name)").messages.compactMap { message in
            try withMessage(message) { try RouteNotification(decoding: $0) } ?? nil
        }
        // The kernel also reports the routes that IPv6 adds by itself.
        #expect(
            notifications.map(summary).filter { !$0.contains("ff00") && !$0.contains("fe80") } == Self.captured[name])
    }

    @Test("Every captured notification is compared with the expected result")
    func allAreUsed() throws {
        let names = try Vector.names().filter { $0.hasPrefix("notification-") }
        #expect(names == Self.captured.keys.map { "notification-\($0)" }.sorted())
    }

    @Test("RouteNotification reads every message of a datagram and ignores other types")
    func several() throws {
        let link = try #require(try Vector("reply-link-dummy").messages.first)
        let gone = wireMessage(type: 17, sequence: 0, Array(link.dropFirst(16)))
        let other = wireMessage(type: 28, sequence: 0, [10, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0])
        #expect(try RouteNotification.all(in: link + other + gone).map(summary) == ["dm0", "dm0 gone"])
        try expect(RouteNotification.all(in: other), equals: [])
    }

    @Test("RouteNotification ignores the partial description of a link that wireless drivers send")
    func partial() throws {
        let header: [UInt8] = [0, 0, 1, 0, 3, 0, 0, 0, 3, 16, 0, 0, 0, 0, 0, 0]
        let wireless = header + wireAttribute(3, Array("wlan0\0".utf8)) + wireAttribute(11, [1, 2, 3, 4])
        try expect(RouteNotification.all(in: wireMessage(type: 16, sequence: 0, wireless)), equals: [])
    }

    @Test("RouteNotification refuses a truncated datagram")
    func unreadable() throws {
        let link = try #require(try Vector("reply-link-dummy").messages.first)
        #expect(throws: Netlink.DecodingError.badLength(link.count, available: link.count - 8)) {
            try RouteNotification.all(in: Array(link.dropLast(8)))
        }
    }

    private func summary(_ notification: RouteNotification) -> String {
        switch notification {
        case .link(let link): link.name + (link.event == .bondFailover ? " failed over" : "")
        case .linkGone(let link): "\(link.name) gone\(link.alias.map { ", \($0)" } ?? "")"
        case .address(let address): "address \(address.prefix)"
        case .addressGone(let address): "address \(address.prefix) gone"
        case .route(let route): "route \(route.destination) of \(route.protocol.rawValue)"
        case .routeGone(let route): "route \(route.destination) of \(route.protocol.rawValue) gone"
        }
    }

    private static let captured: [String: [String]] = [
        "link-up": ["dm2"],
        "link-new": ["dm2", "mv1"],
        "link-moved": ["mv1 gone, swiftvlan endpoint 0123"],
        // Excludes the bridge's own messages, which report the port as deleted.
        "link-port": ["dm2", "dm2", "br0", "br0"],
        "link-no-port": ["dm2", "dm2", "br0", "br0"],
        "address-v4": ["address 10.14.0.1/24", "route 10.14.0.0/24 of 2"],
        "address-v4-gone": ["address 10.14.0.1/24 gone", "route 10.14.0.0/24 of 2 gone"],
        // The second report comes when duplicate address detection has ended.
        "address-v6": ["route fd00:14::/64 of 2", "address fd00:14::1/64", "address fd00:14::1/64"],
        "address-v6-gone": ["address fd00:14::1/64 gone", "route fd00:14::/64 of 2 gone"],
        "bond-failover": ["b0", "b1", "b0", "b0", "b2", "bond0 failed over", "bond0", "bond0"],
        "route-gone-v4": ["route 10.13.0.0/16 of 118 gone"],
        "route-replaced": ["route 10.13.0.0/16 of 4"],
    ]
}
