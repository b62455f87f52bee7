import Glibc
import KernelTestKit
import Logging
import Netlink
import NetworkTypes
import RouteNetlink
import Synchronization
import Testing

@testable import KernelHostNetwork

/// A monitor of the calling thread's namespace that has been started, and what it reports.
final class Watched {
    /// The link that `expectMark` makes.
    static let mark = "mark0"

    let monitor: HostMonitor
    /// The namespace, as an open file.
    let home: Int32
    private let record: Record

    init(bufferSize: Int32 = NotificationSocket.defaultBufferSize) throws {
        let record = Record()
        self.record = record
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        monitor = HostMonitor(logger: logger, bufferSize: bufferSize) { record.add($0) }
        home = try withCurrentNamespaceFile { dup($0) }
        try monitor.start()
    }

    deinit {
        monitor.stop()
        close(home)
    }

    /// What has been reported so far.
    var changes: [HostChange] { record.state.withLock { $0.changes } }

    /// What the monitor's thread has taken of the processor's time, up to its last report.
    var processorTime: Duration { record.state.withLock { $0.processorTime } }

    /// Expects that an action is reported.
    func expect(_ change: HostChange, _ action: () throws -> Void) throws {
        record.state.withLock { $0.changes = [] }
        try action()
        let start = ContinuousClock.now
        try self.await { $0.contains(change) }
        let elapsed = start.duration(to: .now)
        if elapsed > .milliseconds(200) { print("\(change) was reported after \(elapsed)") }
    }

    /// Waits until what has been reported is enough.
    func await(_ isEnough: ([HostChange]) -> Bool) throws {
        let start = ContinuousClock.now
        while !isEnough(changes) {
            try #require(start.duration(to: .now) < .seconds(60), "reported is no more than \(changes)")
            usleep(500)
        }
    }

    /// Makes a link, which is reported after everything that happened before.
    func expectMark() throws {
        var client = RouteClient()
        try client.create(NewLink(name: try name(Self.mark), kind: .veth(VethLink(peerName: try name("mark1")))))
        try self.await { $0.contains(.link(Self.mark)) }
        record.state.withLock { $0.changes.removeAll { $0 == .link("mark1") } }
    }

    /// Runs the body while the monitor's thread is held in the first report that it makes.
    func whileHeld(_ body: () throws -> Void) throws {
        record.state.withLock { $0.isToBeHeld = true }
        defer { record.state.withLock { $0.isToBeHeld = false } }
        try body()
    }

    /// Waits until the thread is held.
    func waitUntilHeld() throws {
        try self.await { !$0.isEmpty }
    }
}

/// What a monitor has reported.
private final class Record: Sendable {
    struct State {
        var changes: [HostChange] = []
        var processorTime = Duration.zero
        var isToBeHeld = false
    }

    let state = Mutex(State())

    func add(_ change: HostChange) {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        let spent = Duration.seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
        state.withLock {
            $0.changes.append(change)
            $0.processorTime = spent
        }
        while state.withLock({ $0.isToBeHeld }) { usleep(500) }
    }
}
