import ControlAPI
import Dispatch
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import swiftvlan

/// An event loop that has carried out a task when the call that plans it returns, as if the caller were paused there.
private final class PromptLoop: EventLoop {
    private let loop = MultiThreadedEventLoopGroup.singleton.next()

    var inEventLoop: Bool { loop.inEventLoop }

    func execute(_ task: @escaping @Sendable () -> Void) { loop.execute(task) }

    func scheduleTask<T>(
        deadline: NIODeadline, _ task: @escaping @Sendable () throws -> T
    ) -> Scheduled<T> { loop.scheduleTask(deadline: deadline, task) }

    func scheduleTask<T>(in time: TimeAmount, _ task: @escaping @Sendable () throws -> T) -> Scheduled<T> {
        let scheduled = loop.scheduleTask(in: time, task)
        // Tasks of one loop run in the order of their deadlines.
        try? loop.scheduleTask(in: time) {}.futureResult.wait()
        return scheduled
    }

    func shutdownGracefully(queue: DispatchQueue, _ callback: @escaping @Sendable ((any Error)?) -> Void) {
        loop.shutdownGracefully(queue: queue, callback)
    }
}

@Suite("The event log", .timeLimit(.minutes(1)))
struct EventLogTests {
    private static func event(_ message: String) -> EventDocument {
        EventDocument(position: 0, time: 1, level: "info", message: message)
    }

    private static func messages(_ document: EventsDocument) -> [String] { document.events.map(\.message) }

    @Test("Events are returned in order after a position, and the next position is that of the last one")
    func positions() {
        let log = EventLog(startingAt: 100)
        #expect(log.events(after: 0, atMost: 10) == EventsDocument(next: 99))
        for text in ["a", "b", "c"] { log.add(Self.event(text)) }
        let all = log.events(after: 0, atMost: 10)
        #expect(all.events.map(\.position) == [100, 101, 102])
        #expect(Self.messages(all) == ["a", "b", "c"])
        #expect(all.next == 102)
        #expect(!all.isIncomplete)
        let first = log.events(after: 0, atMost: 2)
        #expect(first.next == 101)
        #expect(Self.messages(log.events(after: first.next, atMost: 2)) == ["c"])
        #expect(log.events(after: 102, atMost: 2) == EventsDocument(next: 102))
    }

    @Test("A full log forgets its oldest event for each new one, and says when a reader has missed some")
    func full() {
        let log = EventLog(startingAt: 1)
        for number in 1...EventLog.limit + 300 { log.add(Self.event("\(number)")) }
        let all = log.events(after: 0, atMost: 2000)
        #expect(all.events.map(\.message) == (301...EventLog.limit + 300).map(String.init))
        #expect(all.events.map(\.position) == (301...UInt64(EventLog.limit + 300)).map { $0 })
        #expect(!all.isIncomplete)
        #expect(log.events(after: 299, atMost: 1).isIncomplete)
        #expect(!log.events(after: 300, atMost: 1).isIncomplete)
        #expect(Self.messages(log.events(after: 700, atMost: 2)) == ["701", "702"])
    }

    @Test(
        "A position of an earlier run returns all events, marked as incomplete, even if the clock was set back",
        arguments: [50, 2000])
    func earlierRun(_ position: UInt64) {
        let log = EventLog(startingAt: 1000)
        log.add(Self.event("a"))
        let answer = log.events(after: position, atMost: 10)
        #expect(Self.messages(answer) == ["a"])
        #expect(answer.isIncomplete)
        #expect(answer.next == 1000)
    }

    @Test("Positions of a later run of the daemon are higher")
    func laterRun() {
        let earlier = EventLog()
        for _ in 0..<10 { earlier.add(Self.event("a")) }
        #expect(earlier.events(after: 0, atMost: 1).next > 1_600_000_000_000_000)
        let later = EventLog(startingAt: earlier.events(after: 0, atMost: 10).next + 5)
        #expect(later.events(after: 0, atMost: 1).next > earlier.events(after: 0, atMost: 10).next)
    }

    @Test("All waiting requests are answered with the next event")
    func wait() async {
        let log = EventLog(startingAt: 1)
        log.add(Self.event("a"))
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        await withTaskGroup(of: [String].self) { group in
            for _ in 0..<200 {
                group.addTask {
                    Self.messages(await log.events(after: 1, atMost: 10, within: .seconds(600), on: loop))
                }
            }
            while log.waiting < 200 { await Task.yield() }
            log.add(Self.event("b"))
            for await messages in group { #expect(messages == ["b"]) }
        }
        #expect(log.waiting == 0)
    }

    @Test("A request is answered without an event after its time limit")
    func limit() async {
        let log = EventLog(startingAt: 1)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        #expect(await log.events(after: 0, atMost: 1, within: .zero, on: loop).events.isEmpty)
        let answer = await log.events(after: 0, atMost: 1, within: .milliseconds(20), on: loop)
        #expect(answer == EventsDocument(next: 0))
        #expect(log.waiting == 0)
    }

    @Test("A time limit that passes as soon as it is set ends the wait")
    func limitAtOnce() async {
        let log = EventLog(startingAt: 1)
        #expect(await log.events(after: 0, atMost: 1, within: .microseconds(1), on: PromptLoop()).events.isEmpty)
        #expect(log.waiting == 0)
    }

    @Test("When the daemon stops, waiting requests are answered and later ones do not wait")
    func stop() async {
        let log = EventLog(startingAt: 1)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        async let answer = log.events(after: 0, atMost: 1, within: .seconds(600), on: loop)
        while log.waiting < 1 { await Task.yield() }
        log.stop()
        #expect(await answer.events.isEmpty)
        #expect(await log.events(after: 0, atMost: 1, within: .seconds(600), on: loop).events.isEmpty)
    }
}
