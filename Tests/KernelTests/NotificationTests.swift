import CMNL
import Glibc
import KernelTestKit
import Netlink
import NetworkTypes
import RouteNetlink
import Testing

@Suite("Kernel notifications", .needsNetworkNamespaces, .needs(.veth), .timeLimit(.minutes(20)))
struct NotificationTests {
    @Test("Added, changed and removed links and routes are reported", .needs(.macvlan))
    func events() async throws {
        try await withNetworkNamespace { client in
            let parent = try client.makeWire()
            let listener = try Listener()
            let link = try client.make("mv0", .macvlan(MacvlanLink(mode: .bridge)), on: parent)
            // The parent is reported without a change; `HostFilter` drops that.
            let making = try listener.names()
            #expect(making.contains("p0"))
            #expect(making.contains("mv0"))
            try client.change(link.index, named: "mv0", LinkChanges(mtu: 1400))
            let changing = try listener.news()
            #expect(changing.contains(.link(try client.existing("mv0"))), "\(changing)")
            // The kernel does not report a new alias or group of a link that is down.
            try client.change(link.index, named: "mv0", LinkChanges(alias: "office", group: LinkGroup(rawValue: 7)))
            let changed = try client.existing("mv0")
            #expect(changed.alias == "office")
            let aliasing = try listener.names()
            #expect(!aliasing.contains("mv0"))
            // They are in the report of its removal.
            try client.delete(link.index, named: "mv0")
            let deleting = try listener.news()
            #expect(deleting.contains(.linkGone(changed)))
            for text in ["10.6.0.0/16", "fd00:6::/48"] {
                let route = RouteMessage(to: try prefix(text), link: parent.index, protocol: .static)
                try client.add(route)
                let adding = try listener.routeNews()
                #expect(adding == [.route(route)])
                try client.remove(route)
                let removing = try listener.routeNews()
                #expect(removing == [.routeGone(route)])
            }
        }
    }

    @Test("An IPv6 route that is removed with its link is reported, an IPv4 route is not")
    func routesGoWithTheirLink() async throws {
        try await withNetworkNamespace { client in
            let parent = try client.makeWire()
            let ours = try ["10.6.0.0/16", "fd00:6::/48"].map {
                RouteMessage(to: try prefix($0), link: parent.index, protocol: .static)
            }
            for route in ours { try client.add(route) }
            let listener = try Listener()
            try client.change(parent.index, named: "p0", LinkChanges(isUp: false))
            let events = try listener.news()
            let left = try client.routes(.ipv4)
            #expect(left.isEmpty)
            #expect(!events.contains(.routeGone(ours[0])))
            #expect(events.contains(.routeGone(ours[1])))
        }
    }

    @Test("A route that replaces another is reported, the removal of the other is not")
    func replaced() async throws {
        try await withNetworkNamespace { client in
            let parent = try client.makeWire()
            try client.add(RouteMessage(to: try prefix("10.6.0.0/16"), link: parent.index, protocol: .static))
            let listener = try Listener()
            let other = RouteMessage(to: try prefix("10.6.0.0/16"), link: parent.index, protocol: .boot)
            try replace(with: other)
            let events = try listener.routeNews()
            #expect(events == [.route(other)])
        }
    }

    @Test("A port that leaves its bridge is not reported as gone", .needs(.bridge))
    func bridgePort() async throws {
        try await withNetworkNamespace { client in
            let parent = try client.makeWire()
            let bridge = try client.make("br0", .other(name: "bridge", data: []))
            try makePort(parent, of: bridge)
            let listener = try Listener()
            try removePort(parent)
            let events = try listener.news()
            #expect(events.links.contains { $0.name == "p0" && $0.masterIndex == nil }, "\(events)")
            #expect(events.goneLinks == [])
        }
    }

    @Test("A link that moves to another namespace is reported as gone")
    func moved() async throws {
        try await withNetworkNamespace { client in
            let parent = try client.makeWire()
            let elsewhere = try OtherNetworkNamespace()
            let listener = try Listener()
            try client.change(
                parent.index, named: "p0", LinkChanges(namespace: .descriptor(elsewhere.descriptor)))
            let events = try listener.news()
            #expect(events.goneLinks == ["p0"])
        }
    }

    @Test("Notifications forged by root are ignored")
    func forged() async throws {
        try await withNetworkNamespace { client in
            let parent = try client.makeWire()
            let listener = try Listener()
            try forgeNotification(about: parent.index)
            let forged = try listener.news()
            #expect(forged.goneLinks == [])
            try client.change(parent.index, named: "p0", LinkChanges(mtu: 1400))
            let events = try listener.news()
            #expect(events.links.contains { $0.name == "p0" && $0.mtu == 1400 }, "\(events)")
        }
    }

    @Test("A full buffer is reported as an overrun, after which notifications continue")
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
            let events = try listener.news()
            #expect(events.links.contains { $0.name == "p0" && $0.mtu == 1400 }, "\(events)")
        }
    }

    @Test("The socket is closed on exec and has a large buffer")
    func options() async throws {
        try await withNetworkNamespace {
            // A size that identifies the socket among those of other tests. The kernel doubles it (socket(7)), and grants
            // that much only with privileges.
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

/// Collects notifications up to a sentinel route, which it adds itself.
private final class Listener {
    private var monitor: RouteMonitor<NotificationSocket>
    private var routes = RouteClient()
    private let stop = try? Signal()

    init(bufferSize: Int32 = NotificationSocket.defaultBufferSize) throws {
        monitor = try .subscribe(until: try #require(stop), bufferSize: bufferSize)
    }

    func next() throws -> RouteNews { try monitor.next() }

    /// The notifications so far, without those about the kernel's own routes.
    func news() throws -> [RouteNotification] {
        let sentinel = RouteMessage(
            to: try prefix("10.255.0.0/16"), type: .blackhole, protocol: .boot, scope: .universe)
        try routes.add(sentinel)
        defer { try? routes.remove(sentinel) }
        var events: [RouteNotification] = []
        while true {
            let next = try monitor.next()
            guard case .notifications(let more) = next else { throw Unexpected(news: next) }
            events += more.filter { !isOfKernel($0) && $0 != .routeGone(sentinel) }
            if let end = events.firstIndex(of: .route(sentinel)) { return Array(events[..<end]) }
        }
    }

    /// The notifications about routes only: links may have got a carrier meanwhile.
    func routeNews() throws -> [RouteNotification] {
        try news().filter { notification in
            switch notification {
            case .route, .routeGone: true
            case .link, .linkGone: false
            }
        }
    }

    /// The names of the reported links, each once.
    func names() throws -> [String] {
        var names: [String] = []
        for link in try news().links where !names.contains(link.name) { names.append(link.name) }
        return names
    }

    private func isOfKernel(_ notification: RouteNotification) -> Bool {
        switch notification {
        case .route(let route), .routeGone(let route): route.protocol == .kernel
        case .link, .linkGone: false
        }
    }

    private struct Unexpected: Error {
        let news: RouteNews
    }
}

extension [RouteNotification] {
    /// The reported links. Their flags may have changed since: the kernel notices a carrier late
    /// (net/core/link_watch.c).
    fileprivate var links: [LinkMessage] {
        compactMap { if case .link(let link) = $0 { link } else { nil } }
    }

    /// The names of removed links.
    fileprivate var goneLinks: [String] {
        compactMap { if case .linkGone(let link) = $0 { link.name } else { nil } }
    }
}
