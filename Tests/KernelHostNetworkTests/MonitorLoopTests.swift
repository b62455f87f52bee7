import DriverCore
import Glibc
import Logging
import Netlink
import NetlinkTestKit
import NetworkTypes
import Synchronization
import SystemCalls
import Testing

@testable import KernelHostNetwork
@testable import RouteNetlink

@Suite("MonitorLoop")
struct MonitorLoopTests {
    private let eth0 = WireLink(index: 3, name: "eth0")
    private let eth1 = WireLink(index: 4, name: "eth1")

    @Test("MonitorLoop reads all messages of a datagram and reports those that matter")
    func datagrams() throws {
        let script = NotificationScript(
            .datagram(eth0.bytes(), eth1.bytes()), .datagram(eth0.bytes(type: 17)), .datagram())
        let watch = try Watch(script, links: [eth0])
        try watch.run()
        #expect(watch.changes == [.link("eth1"), .link("eth0")])
    }

    @Test("MonitorLoop reads the links again after an overrun, reports it, and continues")
    func overrun() throws {
        let script = NotificationScript(
            .overrun, .datagram(eth0.bytes()), .overrun, .datagram(eth1.bytes(type: 17)))
        let watch = try Watch(script, links: [], [eth0], [eth0, eth1])
        try watch.run()
        #expect(watch.changes == [.loss, .loss, .link("eth1")])
    }

    @Test("MonitorLoop answers each ping once, between two notifications")
    func pings() throws {
        let script = NotificationScript(
            .datagram(eth0.bytes()), .success(.woken), .datagram(eth1.bytes()), .success(.woken))
        let watch = try Watch(script, links: [])
        let answers = Atomic(0)
        for _ in 0..<2 { watch.ping { answers.add(watch.changes.count, ordering: .relaxed) } }
        try watch.run()
        #expect(watch.changes == [.link("eth0"), .link("eth1")])
        #expect(answers.load(ordering: .relaxed) == 2)
    }

    @Test("MonitorLoop reports events of parents, also those that it finds after an overrun")
    func parentEvents() throws {
        var carrier = eth0
        carrier.flags = 0x11043
        let index = try #require(InterfaceIndex(3))
        let script = NotificationScript(
            .datagram(carrier.bytes(), carrier.bytes()), .datagram(eth0.bytes()), .overrun, .datagram(carrier.bytes()))
        let watch = try Watch(script, links: [eth0], [carrier])
        try watch.run()
        #expect(watch.events == Array(repeating: ParentEvent(.carrierReturned, of: index), count: 2))
    }

    @Test("MonitorLoop treats an unreadable datagram as an overrun")
    func unreadable() throws {
        let script = NotificationScript(
            .datagram(Array(eth0.bytes().dropLast(8))), .datagram(eth1.bytes()), .datagram([1, 2, 3]))
        let watch = try Watch(script, links: [eth0, eth1])
        try watch.run()
        #expect(watch.changes == [.loss, .loss])
    }

    @Test("MonitorLoop treats every link as new if it cannot list the links")
    func noList() throws {
        let watch = try Watch(NotificationScript(.overrun, .datagram(eth0.bytes())), links: [eth0], nil)
        try watch.run()
        #expect(watch.changes == [.loss, .link("eth0")])
    }

    @Test("MonitorLoop replaces a failed socket and reports lost notifications", .timeLimit(.minutes(10)))
    func failure() throws {
        let script = NotificationScript(.failure(ENOMEM), .datagram(eth0.bytes()), .datagram(eth1.bytes()))
        let watch = try Watch(script, links: [], [eth0])
        try watch.run()
        #expect(watch.changes == [.loss, .link("eth1")])
        #expect(watch.subscriptions == 2)
    }

    @Test("MonitorLoop cannot start without a subscription or without a list of links")
    func cannotBegin() throws {
        let unlisted = try Watch(NotificationScript(), links: nil)
        #expect(throws: DriverError(.other, message: "list the links: the kernel did not answer in time")) {
            try unlisted.run()
        }
        let unsubscribed = try Watch(NotificationScript(), links: [], isRefused: true)
        let error = #expect(throws: DriverError.self) { try unsubscribed.run() }
        #expect(error?.message.hasPrefix("watch the host's links: socket(AF_NETLINK): Too many open files") == true)
    }
}

/// A monitor loop that reads a script, and the changes that it reports.
private final class Watch: Sendable {
    private let script: NotificationScript
    private let isRefused: Bool
    private let stop: StopEvent
    private let pings: PendingPings
    private let reports = Reports()
    private struct State {
        var subscriptions = 0
        /// The links that each successive listing returns; nil if it fails. The last entry is repeated forever.
        var lists: [[LinkMessage]?]
    }
    private let state: Mutex<State>

    init(_ script: NotificationScript, links lists: [WireLink]?..., isRefused: Bool = false) throws {
        self.script = script
        self.isRefused = isRefused
        stop = try StopEvent()
        pings = try PendingPings()
        state = Mutex(State(lists: try lists.map { try $0?.map { try $0.message() } }))
    }

    func ping(_ answer: @escaping @Sendable () -> Void) { pings.add(answer) }

    var changes: [String] { reports.changes }
    var events: [ParentEvent] { reports.events }
    var subscriptions: Int { state.withLock { $0.subscriptions } }

    /// Runs the loop to the end of the script.
    func run() throws(DriverError) {
        let loop = MonitorLoop<ScriptedNotifications>(
            stop: stop, pings: pings, logger: reports.logger, onChange: reports.addCall, onParentEvent: reports.add,
            subscribe: { () throws(SystemError) in
                if self.isRefused { throw SystemError(call: "socket(AF_NETLINK)", code: EMFILE) }
                self.state.withLock { $0.subscriptions += 1 }
                return self.script.open()
            },
            listLinks: { () throws(RouteError) in
                let list = self.state.withLock { $0.lists.count > 1 ? $0.lists.removeFirst() : $0.lists.first ?? nil }
                guard let list else { throw RouteError(operation: "list the links", cause: .timedOut) }
                return list
            },
            retryPause: 1)
        try loop.run {}
    }
}
