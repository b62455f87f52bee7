import Netlink
import NetlinkTestKit
import NetworkTypes
import RouteNetlink
import SystemCalls
import TestSupport
import Testing

@Suite("The kernel's notifications are read")
struct RouteNotificationTests {
    @Test("what each command makes the kernel tell", arguments: Self.captured.keys.sorted())
    func read(_ name: String) throws {
        let told = try Vector("notification-\(name)").messages.compactMap { message in
            try withMessage(message) { try RouteNotification(decoding: $0) } ?? nil
        }
        // Besides, the kernel tells of the routes that IPv6 makes by itself.
        #expect(told.map(summary).filter { !$0.contains("ff00") && !$0.contains("fe80") } == Self.captured[name])
    }

    @Test("every captured notification is read")
    func allAreUsed() throws {
        let names = try Vector.names().filter { $0.hasPrefix("notification-") }
        #expect(names == Self.captured.keys.map { "notification-\($0)" }.sorted())
    }

    @Test("a datagram of several messages is read to its end, whatever stands between")
    func several() throws {
        let link = try #require(try Vector("reply-link-dummy").messages.first)
        let gone = wireMessage(type: 17, sequence: 0, Array(link.dropFirst(16)))
        let other = wireMessage(type: 20, sequence: 0, [10, 0, 0, 0, 3, 0, 0, 0])
        var monitor = RouteMonitor(NotificationScript(.telling(link, other, gone), .telling(other)).open())
        guard case .notifications(let told) = try monitor.next() else {
            Issue.record("nothing was read")
            return
        }
        #expect(told.map(summary) == ["dm0", "dm0 gone"])
        try expect(monitor.next(), equals: .notifications([]))
        try expect(monitor.next(), equals: .stopped)
    }

    @Test("a description that is not whole is passed over, as of what a wireless link hears")
    func partial() throws {
        let header: [UInt8] = [0, 0, 1, 0, 3, 0, 0, 0, 3, 16, 0, 0, 0, 0, 0, 0]
        let wireless = header + wireAttribute(3, Array("wlan0\0".utf8)) + wireAttribute(11, [1, 2, 3, 4])
        try expect(RouteNotification.all(in: wireMessage(type: 16, sequence: 0, wireless)), equals: [])
    }

    @Test("what cannot be read is told, and so is an overrun; the monitor goes on")
    func unreadable() throws {
        let link = try #require(try Vector("reply-link-dummy").messages.first)
        let script = NotificationScript(.telling(Array(link.dropLast(8))), .overrun, .telling(link))
        var monitor = RouteMonitor(script.open())
        try expect(
            monitor.next(), equals: .unreadable(.badLength(link.count, available: link.count - 8)))
        try expect(monitor.next(), equals: .overrun)
        guard case .notifications(let told) = try monitor.next() else {
            Issue.record("nothing was read")
            return
        }
        #expect(told.count == 1)
    }

    @Test("a socket that fails is an error")
    func failure() throws {
        var monitor = RouteMonitor(NotificationScript(.failure(12)).open())
        let error = #expect(throws: SystemError.self) { try monitor.next() }
        #expect(error?.errno.code == 12)
    }

    private func summary(_ notification: RouteNotification) -> String {
        switch notification {
        case .link(let link): link.name
        case .linkGone(let link): "\(link.name) gone\(link.alias.map { ", \($0)" } ?? "")"
        case .route(let route): "route \(route.destination) of \(route.protocol.rawValue)"
        case .routeGone(let route): "route \(route.destination) of \(route.protocol.rawValue) gone"
        }
    }

    private static let captured: [String: [String]] = [
        "link-up": ["dm2"],
        "link-new": ["dm2", "mv1"],
        "link-moved": ["mv1 gone, swiftvlan endpoint 0123"],
        // With the bridge's own messages, which say that the port is deleted, passed over.
        "link-port": ["dm2", "dm2", "br0", "br0"],
        "link-no-port": ["dm2", "dm2", "br0", "br0"],
        "route-gone-v4": ["route 10.13.0.0/16 of 118 gone"],
        "route-replaced": ["route 10.13.0.0/16 of 4"],
    ]
}
