import Glibc
import KernelTestKit
import Logging
import Netlink
import NetworkTypes
import RouteNetlink
import Synchronization
import TestSupport
import Testing

@testable import KernelHostNetwork

/// A monitor of the calling thread's namespace that has been started, and what it reports.
final class Watched {
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

    /// Waits until an action is reported.
    func expect(_ change: HostChange, _ action: () throws -> Void) throws {
        record.state.withLock { $0.changes = [] }
        try action()
        try waitFor("the report of \(change)", pollingEvery: 500, reading: { changes }) { $0.contains(change) }
    }

    /// Waits until what has been reported is enough.
    func await(_ isEnough: ([HostChange]) -> Bool) throws {
        try waitFor("more reports of the monitor", pollingEvery: 500, reading: { changes }, until: isEnough)
    }

    /// Makes a link, waits for its report, and returns what was reported before.
    @discardableResult
    func changesBeforeMark() throws -> [HostChange] {
        let marks: [HostChange] = [.link("mark0"), .link("mark1")]
        var client = RouteClient()
        try client.create(NewLink(name: try name("mark0"), kind: .veth(VethLink(peerName: try name("mark1")))))
        try self.await { $0.contains(where: marks.contains) }
        return Array(changes.prefix { !marks.contains($0) })
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
        var isToBeHeld = false
    }

    let state = Mutex(State())

    func add(_ change: HostChange) {
        state.withLock { $0.changes.append(change) }
        while state.withLock({ $0.isToBeHeld }) { usleep(500) }
    }
}
