import CMNL
import Glibc
import KernelTestKit
import Netlink
import NetlinkTestKit
import NetworkTypes
import RouteNetlink
import SystemCalls
import Testing

@Suite("Notifications from the kernel", .needsNetworkNamespaces, .needs(.veth), .timeLimit(.minutes(20)))
struct NotificationTests {
    @Test("The kernel reports added, changed and removed links and routes", .needs(.macvlan))
    func events() async throws {
        try await withNetworkNamespace { client in
            let parent = try client.makeWire()
            let listener = try Listener()
            let link = try client.make("mv0", .macvlan(MacvlanLink(mode: .bridge)), on: parent)
            // The kernel also reports the unchanged parent, which `HostFilter` ignores.
            let created = try listener.names()
            #expect(created.contains("p0"))
            #expect(created.contains("mv0"))
            try client.change(link.index, named: "mv0", LinkChanges(mtu: 1400))
            let changing = try listener.notifications()
            #expect(changing.contains(.link(try client.existing("mv0"))), "\(changing)")
            // The kernel does not report the alias and the group of a link that is down.
            try client.change(link.index, named: "mv0", LinkChanges(alias: "office", group: LinkGroup(rawValue: 7)))
            let changed = try client.existing("mv0")
            #expect(changed.alias == "office")
            let marking = try listener.names()
            #expect(!marking.contains("mv0"))
            // It reports them when the link is gone. By then the link has no IPv6 settings.
            var gone = changed
            gone.ipv6AddressGeneration = nil
            try client.delete(link.index, named: "mv0")
            let deleting = try listener.notifications()
            #expect(deleting.contains(.linkGone(gone)))
            for text in ["10.6.0.0/16", "fd00:6::/48"] {
                let route = RouteMessage(to: try prefix(text), link: parent.index, protocol: .static)
                try client.add(route)
                let adding = try listener.routeNotifications()
                #expect(adding == [.route(route)])
                try client.remove(route)
                let removing = try listener.routeNotifications()
                #expect(removing == [.routeGone(route)])
            }
        }
    }

    @Test("The kernel reports an IPv6 route that is removed because its link goes down, but not an IPv4 route")
    func routesGoWithTheirLink() async throws {
        try await withNetworkNamespace { client in
            let parent = try client.makeWire()
            let ours = try ["10.6.0.0/16", "fd00:6::/48"].map {
                RouteMessage(to: try prefix($0), link: parent.index, protocol: .static)
            }
            for route in ours { try client.add(route) }
            let listener = try Listener()
            try client.change(parent.index, named: "p0", LinkChanges(isUp: false))
            let notifications = try listener.notifications()
            let left = try client.routes(.ipv4)
            #expect(left.isEmpty)
            #expect(!notifications.contains(.routeGone(ours[0])))
            #expect(notifications.contains(.routeGone(ours[1])))
        }
    }

    @Test("The kernel reports a route that replaces another, but not the replaced one")
    func replaced() async throws {
        try await withNetworkNamespace { client in
            let parent = try client.makeWire()
            try client.add(RouteMessage(to: try prefix("10.6.0.0/16"), link: parent.index, protocol: .static))
            let listener = try Listener()
            let other = RouteMessage(to: try prefix("10.6.0.0/16"), link: parent.index, protocol: .boot)
            try replace(with: other)
            let notifications = try listener.routeNotifications()
            #expect(notifications == [.route(other)])
        }
    }

    @Test("A port that leaves its bridge is not reported as removed", .needs(.bridge))
    func bridgePort() async throws {
        try await withNetworkNamespace { client in
            let parent = try client.makeWire()
            let bridge = try client.make("br0", .other(name: "bridge", data: []))
            try makePort(parent, of: bridge)
            let listener = try Listener()
            try removePort(parent)
            let notifications = try listener.notifications()
            #expect(notifications.links.contains { $0.name == "p0" && $0.masterIndex == nil }, "\(notifications)")
            #expect(notifications.goneLinks == [])
        }
    }

    @Test("The kernel reports a link that is moved to another namespace as gone")
    func moved() async throws {
        try await withNetworkNamespace { client in
            let parent = try client.makeWire()
            let elsewhere = try OtherNetworkNamespace()
            let listener = try Listener()
            try client.alter(parent, namespace: elsewhere.descriptor)
            let notifications = try listener.notifications()
            #expect(notifications.goneLinks == ["p0"])
        }
    }

    @Test("NotificationSocket ignores messages that root sends to the group")
    func forged() async throws {
        try await withNetworkNamespace { client in
            let parent = try client.makeWire()
            let listener = try Listener()
            try forgeNotification(about: parent.index)
            let forged = try listener.notifications()
            #expect(forged.goneLinks == [])
            try client.change(parent.index, named: "p0", LinkChanges(mtu: 1400))
            let notifications = try listener.notifications()
            #expect(notifications.links.contains { $0.name == "p0" && $0.mtu == 1400 }, "\(notifications)")
        }
    }

    @Test("NotificationSocket reports an overrun, and later notifications are complete again")
    func overrun() async throws {
        try await withNetworkNamespace { client in
            let parent = try client.makeWire()
            let listener = try Listener(bufferSize: 16384)
            for mtu in 1300..<1400 as Range<UInt32> {
                try client.change(parent.index, named: "p0", LinkChanges(mtu: mtu))
            }
            let first = try listener.next()
            #expect(first == .overrun)
            try client.change(parent.index, named: "p0", LinkChanges(mtu: 1400))
            let notifications = try listener.notifications()
            #expect(notifications.links.contains { $0.name == "p0" && $0.mtu == 1400 }, "\(notifications)")
        }
    }

    @Test("NotificationSocket is close-on-exec and has a large buffer")
    func options() async throws {
        try await withNetworkNamespace {
            // This size identifies the socket among those of other tests. The kernel doubles it (socket(7)) and does not
            // grant as much to every process.
            let size: Int32 = 3_456_789
            let listener = try Listener(bufferSize: size)
            let sockets = (0..<2048).filter { (number: Int32) in option(SO_RCVBUF, of: number) == 2 * size }
            #expect(sockets.count == 1)
            #expect(sockets.filter { fcntl($0, F_GETFD) & FD_CLOEXEC == 0 } == [])
            withExtendedLifetime(listener) {}
        }
    }

    private func option(_ name: Int32, of descriptor: Int32) -> Int32? {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
    }
}

/// A subscription whose notifications are read up to a marker link.
private final class Listener {
    private var socket: NotificationSocket
    private var marks = RouteClient()

    init(bufferSize: Int32 = NotificationSocket.defaultBufferSize) throws {
        socket = try .open(RouteNotification.groups, bufferSize: bufferSize, until: try StopEvent())
    }

    func next() throws -> MonitorEvent { try socket.receive() }

    /// Creates a marker link and returns the notifications before it, without those about the kernel's own routes.
    func notifications() throws -> [RouteNotification] {
        let mark = RouteMessage(to: try prefix("10.255.0.0/16"), type: .blackhole, protocol: .boot, scope: .universe)
        try marks.add(mark)
        defer { try? marks.remove(mark) }
        var notifications: [RouteNotification] = []
        while true {
            let next = try next()
            guard case .datagram(let datagram) = next else { throw Unexpected(event: next) }
            notifications += try RouteNotification.all(in: datagram).filter {
                !isOfKernel($0) && $0 != .routeGone(mark)
            }
            if let end = notifications.firstIndex(of: .route(mark)) { return Array(notifications[..<end]) }
        }
    }

    /// Returns only the notifications about routes: a link may have gained its carrier in the meantime.
    func routeNotifications() throws -> [RouteNotification] {
        try notifications().filter { notification in
            switch notification {
            case .route, .routeGone: true
            case .link, .linkGone, .address, .addressGone: false
            }
        }
    }

    /// Returns the name of each link once.
    func names() throws -> [String] {
        var names: [String] = []
        for link in try notifications().links where !names.contains(link.name) { names.append(link.name) }
        return names
    }

    private func isOfKernel(_ notification: RouteNotification) -> Bool {
        switch notification {
        case .route(let route), .routeGone(let route): route.protocol == .kernel
        case .link, .linkGone, .address, .addressGone: false
        }
    }

    private struct Unexpected: Error {
        let event: MonitorEvent
    }
}

extension [RouteNotification] {
    /// The existing links, with their flags at that moment. The kernel notices a carrier late (net/core/link_watch.c), so
    /// a later request may return other flags.
    fileprivate var links: [LinkMessage] { compactMap { if case .link(let link) = $0 { link } else { nil } } }

    /// The names of the links that are gone.
    fileprivate var goneLinks: [String] {
        compactMap { if case .linkGone(let link) = $0 { link.name } else { nil } }
    }
}
