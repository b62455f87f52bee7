import DriverCore
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

/// A running monitor of the calling thread's namespace, and the changes that it reports.
final class MonitorFixture {
    /// The namespace, as an open file.
    let home: Int32
    private let monitor: HostMonitor
    private let reports = Reports()
    /// The number of marker links so far.
    private var marks = 0

    init(
        bufferSize: Int32 = NotificationSocket.defaultBufferSize, ignoring ports: RequestPorts = RequestPorts()
    ) throws {
        let reports = reports
        monitor = HostMonitor(
            logger: reports.logger, bufferSize: bufferSize, ignoring: ports, onChange: { reports.addCall() },
            onParentEvent: { reports.add($0) })
        home = try withCurrentNamespaceFile { dup($0) }
        try monitor.start()
    }

    deinit {
        monitor.stop()
        close(home)
    }

    /// The changes that were reported so far.
    var changes: [String] { reports.changes }

    /// The events of parents that were reported so far.
    var events: [ParentEvent] { reports.events }

    /// Performs an action, waits until the monitor reports an event, and returns all events up to a marker link.
    func events(_ event: ParentEvent, _ action: () throws -> Void) throws -> [ParentEvent] {
        reports.clear()
        try action()
        try waitFor("an event of a parent", pollingEvery: 500, reading: { events }) { $0.contains(event) }
        try changesBeforeMark()
        return events
    }

    /// Performs an action and waits until the monitor reports the change.
    func expect(_ change: String, _ action: () throws -> Void) throws {
        reports.clear()
        try action()
        try reports.await { $0.contains(change) }
    }

    /// Waits until the reported changes satisfy a condition.
    func await(_ isEnough: ([String]) -> Bool) throws { try reports.await(isEnough) }

    /// Forgets what was reported so far.
    func forget() { reports.clear() }

    /// Creates a marker link, waits until it is reported, and returns the earlier reports, without earlier markers.
    @discardableResult
    func changesBeforeMark() throws -> [String] {
        let names = ["mark\(marks)", "mark\(marks + 1)"]
        marks += 2
        var client = RouteClient()
        _ = try client.makePair(names[0], names[1])
        let reported = names.map(String.link)
        try self.await { $0.contains(where: reported.contains) }
        return changes.prefix { !reported.contains($0) }.filter { !$0.hasPrefix("link \"mark") }
    }

    /// Runs the body while the monitor's thread is blocked in its first report.
    func whileHeld(_ body: () throws -> Void) throws {
        reports.isHolding = true
        defer { reports.isHolding = false }
        try body()
    }

    /// Waits until the monitor's thread is blocked.
    func waitUntilHeld() throws { try self.await { !$0.isEmpty } }
}

extension String {
    /// Returns the log text of a changed link.
    static func link(_ name: String) -> String { "link \"\(name)\"" }
    /// Returns the log text of a removed route.
    static func route(_ destination: IPPrefix) -> String { "route to \(destination)" }
    /// The log text of lost notifications.
    static let loss = "lost notifications"
}

/// The reports of a monitor: for each change, a log entry that names the change, and then a call.
final class Reports: Sendable {
    private struct State {
        var logged: [String] = []
        var calls = 0
        var events: [ParentEvent] = []
        var isHolding = false
    }

    private struct Handler: LogHandler {
        let reports: Reports
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.debug

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            guard let change = event.metadata?["change"] else { return }
            reports.state.withLock { $0.logged.append("\(change)") }
        }
    }

    private let state = Mutex(State())

    var logger: Logger { Logger(label: "test") { _ in Handler(reports: self) } }

    /// The changes whose calls were made.
    var changes: [String] { state.withLock { Array($0.logged.prefix($0.calls)) } }

    /// The events of parents.
    var events: [ParentEvent] { state.withLock { $0.events } }

    func add(_ event: ParentEvent) { state.withLock { $0.events.append(event) } }

    /// Whether calls block.
    var isHolding: Bool {
        get { state.withLock { $0.isHolding } }
        set { state.withLock { $0.isHolding = newValue } }
    }

    /// Waits until the reported changes satisfy a condition.
    func await(_ isEnough: ([String]) -> Bool) throws {
        try waitFor("more reports of the monitor", pollingEvery: 500, reading: { changes }, until: isEnough)
    }

    func clear() { state.withLock { ($0.logged, $0.calls, $0.events) = ([], 0, []) } }

    func addCall() {
        state.withLock { $0.calls += 1 }
        while isHolding { usleep(500) }
    }
}
