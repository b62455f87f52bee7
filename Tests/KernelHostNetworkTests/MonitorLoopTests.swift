import DriverCore
import Glibc
import Logging
import Netlink
import NetlinkTestKit
import NetworkTypes
import RouteNetlink
import Synchronization
import SystemCalls
import Testing

@testable import KernelHostNetwork

@Suite("A monitor's work")
struct MonitorLoopTests {
    private let eth0 = Told(index: 3, name: "eth0")
    private let eth1 = Told(index: 4, name: "eth1")

    @Test("all messages of a datagram count, and those that matter are reported")
    func datagrams() throws {
        let script = NotificationScript(
            .telling(eth0.bytes(), eth1.bytes()), .telling(eth0.bytes(type: 17)), .telling())
        let watch = try Watch(script, links: [eth0])
        try watch.run()
        #expect(watch.changes == [.link("eth1"), .link("eth0")])
        #expect(watch.counters == MonitorCounters(events: 3, unreadable: 0, overruns: 0, reported: 2))
    }

    @Test("an overrun is reported once what there is now is known, and the work goes on")
    func overrun() throws {
        let script = NotificationScript(
            .overrun, .telling(eth0.bytes()), .overrun, .telling(eth1.bytes(type: 17)))
        let watch = try Watch(script, links: [], [eth0], [eth0, eth1])
        try watch.run()
        #expect(watch.changes == [.overrun, .overrun, .link("eth1")])
        #expect(watch.counters == MonitorCounters(events: 2, unreadable: 0, overruns: 2, reported: 3))
    }

    @Test("who asks is answered once, between two notifications")
    func questions() throws {
        let script = NotificationScript(
            .telling(eth0.bytes()), .success(.woken), .telling(eth1.bytes()), .success(.woken))
        let watch = try Watch(script, links: [])
        let answers = Atomic(0)
        for _ in 0..<2 { watch.ask { answers.add(watch.changes.count, ordering: .relaxed) } }
        try watch.run()
        #expect(watch.changes == [.link("eth0"), .link("eth1")])
        #expect(answers.load(ordering: .relaxed) == 2)
    }

    @Test("what cannot be read is taken for an overrun")
    func unreadable() throws {
        let script = NotificationScript(
            .telling(Array(eth0.bytes().dropLast(8))), .telling(eth1.bytes()), .telling([1, 2, 3]))
        let watch = try Watch(script, links: [eth0, eth1])
        try watch.run()
        #expect(watch.changes == [.overrun, .overrun])
        #expect(watch.counters == MonitorCounters(events: 1, unreadable: 2, overruns: 2, reported: 2))
    }

    @Test("a link that is told of while the links cannot be listed is taken for a new one")
    func noList() throws {
        let watch = try Watch(NotificationScript(.overrun, .telling(eth0.bytes())), links: [eth0], nil)
        try watch.run()
        #expect(watch.changes == [.overrun, .link("eth0")])
    }

    @Test("a socket that fails is replaced by a new one, and all is to be looked at", .timeLimit(.minutes(10)))
    func failure() throws {
        let script = NotificationScript(.failure(ENOMEM), .telling(eth0.bytes()), .telling(eth1.bytes()))
        let watch = try Watch(script, links: [], [eth0])
        try watch.run()
        #expect(watch.changes == [.overrun, .link("eth1")])
        #expect(watch.subscriptions == 2)
    }

    @Test("it cannot begin without a subscription, nor without a list")
    func cannotBegin() throws {
        let unlisted = try Watch(NotificationScript(), links: nil)
        #expect(throws: HostNetworkError(reason: .other, sentence: "list the links: the kernel did not answer in time"))
        {
            try unlisted.run()
        }
        let unsubscribed = try Watch(NotificationScript(), links: [], isRefused: true)
        let error = #expect(throws: HostNetworkError.self) { try unsubscribed.run() }
        #expect(error?.sentence.hasPrefix("watch the host's links: socket(AF_NETLINK): Too many open files") == true)
    }
}

/// A loop that listens to a script, and what comes of it.
private final class Watch: Sendable {
    private let script: NotificationScript
    private let isRefused: Bool
    private let stop: StopEvent
    private let questions: MonitorQuestions
    private let tally = MonitorTally()
    private struct State {
        var changes: [HostChange] = []
        var subscriptions = 0
        /// What each list of the links holds, the last one for ever; nil where it fails.
        var lists: [[LinkMessage]?]
    }
    private let state: Mutex<State>

    init(_ script: NotificationScript, links lists: [Told]?..., isRefused: Bool = false) throws {
        self.script = script
        self.isRefused = isRefused
        stop = try StopEvent()
        questions = try MonitorQuestions()
        state = Mutex(State(lists: try lists.map { try $0?.map { try $0.message() } }))
    }

    func ask(_ answer: @escaping @Sendable () -> Void) { questions.ask(answer) }

    var changes: [HostChange] { state.withLock { $0.changes } }
    var subscriptions: Int { state.withLock { $0.subscriptions } }
    var counters: MonitorCounters { tally.counters }

    /// Returns at the script's end.
    func run() throws(HostNetworkError) {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let loop = MonitorLoop<ScriptedNotifications>(
            stop: stop, questions: questions, logger: logger, tally: tally,
            onChange: { change in self.state.withLock { $0.changes.append(change) } },
            subscribe: { () throws(SystemError) in
                if self.isRefused { throw SystemError(call: "socket(AF_NETLINK)", code: EMFILE) }
                self.state.withLock { $0.subscriptions += 1 }
                return RouteMonitor(self.script.open())
            },
            list: { () throws(RouteError) in
                let list = self.state.withLock { $0.lists.count > 1 ? $0.lists.removeFirst() : $0.lists.first ?? nil }
                guard let list else { throw RouteError.unanswered }
                return list
            },
            pauseAfterFailure: 1)
        try loop.run {}
    }
}

extension RouteError {
    /// That of a kernel that is silent.
    fileprivate static var unanswered: RouteError {
        var client = RouteClient(NetlinkConnection { () throws(SystemError) in KernelScript().open() })
        do throws(RouteError) {
            _ = try client.links()
        } catch {
            return error
        }
        preconditionFailure("a silent kernel answered")
    }
}
