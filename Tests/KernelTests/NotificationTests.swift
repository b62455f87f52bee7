import CMNL
import Glibc
import KernelTestKit
import Netlink
import NetworkTypes
import RouteNetlink
import SystemCalls
import Testing

@Suite("What the kernel tells of itself", .needsNetworkNamespaces, .needs(.veth), .timeLimit(.minutes(20)))
struct NotificationTests {
    @Test("links and routes that come, change and go", .needs(.macvlan))
    func events() async throws {
        try await withNetworkNamespace {
            var client = RouteClient()
            let parent = try client.makeWire()
            let listener = try Listener()
            let link = try client.make("mv0", .macvlan(MacvlanLink(mode: .bridge)), on: parent)
            // The parent is told of anew without a change, which `HostFilter` is for.
            let making = try listener.names()
            #expect(making.contains("p0"))
            #expect(making.contains("mv0"))
            try client.change(link.index, named: "mv0", LinkChanges(mtu: 1400))
            let changing = try listener.news()
            #expect(changing.contains(.link(try client.existing("mv0"))), "\(changing)")
            // Of a link that is down the kernel does not tell the alias and the group.
            try client.change(link.index, named: "mv0", LinkChanges(alias: "office", group: LinkGroup(rawValue: 7)))
            let changed = try client.existing("mv0")
            #expect(changed.alias == "office")
            let marking = try listener.names()
            #expect(!marking.contains("mv0"))
            // But when it has gone.
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

    @Test("an IPv4 route that goes with its link is not told of, an IPv6 one is")
    func routesGoWithTheirLink() async throws {
        try await withNetworkNamespace {
            var client = RouteClient()
            let parent = try client.makeWire()
            let ours = try ["10.6.0.0/16", "fd00:6::/48"].map {
                RouteMessage(to: try prefix($0), link: parent.index, protocol: .static)
            }
            for route in ours { try client.add(route) }
            let listener = try Listener()
            try client.change(parent.index, named: "p0", LinkChanges(isUp: false))
            let told = try listener.news()
            let left = try client.routes(.ipv4)
            #expect(left.isEmpty)
            #expect(!told.contains(.routeGone(ours[0])))
            #expect(told.contains(.routeGone(ours[1])))
        }
    }

    @Test("a route that takes the place of another is told of, and the other one is not")
    func replaced() async throws {
        try await withNetworkNamespace {
            var client = RouteClient()
            let parent = try client.makeWire()
            try client.add(RouteMessage(to: try prefix("10.6.0.0/16"), link: parent.index, protocol: .static))
            let listener = try Listener()
            let other = RouteMessage(to: try prefix("10.6.0.0/16"), link: parent.index, protocol: .boot)
            try replace(with: other)
            let told = try listener.routeNews()
            #expect(told == [.route(other)])
        }
    }

    @Test("a port that leaves its bridge has not gone", .needs(.bridge))
    func bridgePort() async throws {
        try await withNetworkNamespace {
            var client = RouteClient()
            let parent = try client.makeWire()
            let bridge = try client.make("br0", .other(name: "bridge", data: []))
            try makePort(parent, of: bridge)
            let listener = try Listener()
            try removePort(parent)
            let told = try listener.news()
            #expect(told.links.contains { $0.name == "p0" && $0.masterIndex == nil }, "\(told)")
            #expect(told.goneLinks == [])
        }
    }

    @Test("a link that is moved to another namespace has gone")
    func moved() async throws {
        try await withNetworkNamespace {
            var client = RouteClient()
            let parent = try client.makeWire()
            let elsewhere = try OtherNetworkNamespace()
            let listener = try Listener()
            try client.change(
                parent.index, named: "p0", LinkChanges(namespace: .descriptor(elsewhere.descriptor)))
            let told = try listener.news()
            #expect(told.goneLinks == ["p0"])
        }
    }

    @Test("what root sends to the group is passed over")
    func forged() async throws {
        try await withNetworkNamespace {
            var client = RouteClient()
            let parent = try client.makeWire()
            let listener = try Listener()
            try forgeNotification(about: parent.index)
            let forged = try listener.news()
            #expect(forged.goneLinks == [])
            try client.change(parent.index, named: "p0", LinkChanges(mtu: 1400))
            let told = try listener.news()
            #expect(told.links.contains { $0.name == "p0" && $0.mtu == 1400 }, "\(told)")
        }
    }

    @Test("too much at once is an overrun, after which everything is told again")
    func overrun() async throws {
        try await withNetworkNamespace {
            var client = RouteClient()
            let parent = try client.makeWire()
            let listener = try Listener(bufferSize: 16384)
            for mtu in 1300..<1400 as Range<UInt32> {
                try client.change(parent.index, named: "p0", LinkChanges(mtu: mtu))
            }
            let first = try listener.next()
            #expect(first == .overrun)
            try client.change(parent.index, named: "p0", LinkChanges(mtu: 1400))
            let told = try listener.news()
            #expect(told.links.contains { $0.name == "p0" && $0.mtu == 1400 }, "\(told)")
        }
    }

    @Test("the socket is closed when another program is executed, and its buffer is large")
    func options() async throws {
        try await withNetworkNamespace {
            // A size by which the socket is known among those of other tests; the kernel doubles it (socket(7)), and
            // would not give everybody as much.
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

/// One who listens, and is told at the end of each look that there is no more.
private final class Listener {
    private var monitor: RouteMonitor<NotificationSocket>
    private var marks = RouteClient()
    private let stop = try? StopEvent()

    init(bufferSize: Int32 = NotificationSocket.defaultBufferSize) throws {
        monitor = try .subscribe(until: try #require(stop), bufferSize: bufferSize)
    }

    func next() throws -> RouteNews { try monitor.next() }

    /// What is told about links and routes elsewhere than the kernel's own, up to a mark that this makes.
    func news() throws -> [RouteNotification] {
        let mark = RouteMessage(to: try prefix("10.255.0.0/16"), type: .blackhole, protocol: .boot, scope: .universe)
        try marks.add(mark)
        defer { try? marks.remove(mark) }
        var told: [RouteNotification] = []
        while true {
            let next = try monitor.next()
            guard case .notifications(let more) = next else { throw Unexpected(news: next) }
            told += more.filter { !isOfKernel($0) && $0 != .routeGone(mark) }
            if let end = told.firstIndex(of: .route(mark)) { return Array(told[..<end]) }
        }
    }

    /// What is told about routes alone: links may have got a carrier meanwhile.
    func routeNews() throws -> [RouteNotification] {
        try news().filter { notification in
            switch notification {
            case .route, .routeGone: true
            case .link, .linkGone: false
            }
        }
    }

    /// The names of the links that are told of, each once.
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
    /// The links that are there, as they were told of. Their flags are those of that moment: the kernel sees a carrier
    /// late (net/core/link_watch.c), so that the next look may find others.
    fileprivate var links: [LinkMessage] {
        compactMap { if case .link(let link) = $0 { link } else { nil } }
    }

    /// The names of the links that have gone.
    fileprivate var goneLinks: [String] {
        compactMap { if case .linkGone(let link) = $0 { link.name } else { nil } }
    }
}
