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

/// A started monitor of the calling thread's namespace, and what it reports.
final class Watched {
    /// The namespace, as an open file.
    let home: Int32
    private let monitor: HostMonitor
    private let reports = Reports()

    init(bufferSize: Int32 = NotificationSocket.defaultBufferSize) throws {
        let reports = reports
        monitor = HostMonitor(logger: reports.logger, bufferSize: bufferSize) { reports.addCall() }
        home = try withCurrentNamespaceFile { dup($0) }
        try monitor.start()
    }

    deinit {
        monitor.stop()
        close(home)
    }

    /// What has been reported so far.
    var changes: [String] { reports.changes }

    /// Waits until an action is reported.
    func expect(_ change: String, _ action: () throws -> Void) throws {
        reports.clear()
        try action()
        try reports.await { $0.contains(change) }
    }

    /// Waits until the reports are enough.
    func await(_ isEnough: ([String]) -> Bool) throws { try reports.await(isEnough) }

    /// Creates a link, waits for its report, and returns the reports before.
    @discardableResult
    func changesBeforeMark() throws -> [String] {
        let marks: [String] = [.link("mark0"), .link("mark1")]
        var client = RouteClient()
        _ = try client.makePair("mark0", "mark1")
        try self.await { $0.contains(where: marks.contains) }
        return Array(changes.prefix { !marks.contains($0) })
    }

    /// Runs the body while the monitor's thread is held in the first report that it makes.
    func whileHeld(_ body: () throws -> Void) throws {
        reports.isHolding = true
        defer { reports.isHolding = false }
        try body()
    }

    /// Waits until the thread is held.
    func waitUntilHeld() throws { try self.await { !$0.isEmpty } }
}

extension String {
    /// How a changed link is logged.
    static func link(_ name: String) -> String { "link \"\(name)\"" }
    /// How a route is logged that has been removed.
    static func route(_ destination: IPPrefix) -> String { "route to \(destination)" }
    /// How lost notifications are logged.
    static let loss = "lost notifications"
}

/// What a monitor reports: a call for each change, after a log entry that names the change.
final class Reports: Sendable {
    private struct State {
        var logged: [String] = []
        var calls = 0
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

    /// The changes that the monitor has called for.
    var changes: [String] { state.withLock { Array($0.logged.prefix($0.calls)) } }

    /// While it is set, calls do not return.
    var isHolding: Bool {
        get { state.withLock { $0.isHolding } }
        set { state.withLock { $0.isHolding = newValue } }
    }

    /// Waits until the reports are enough.
    func await(_ isEnough: ([String]) -> Bool) throws {
        try waitFor("more reports of the monitor", pollingEvery: 500, reading: { changes }, until: isEnough)
    }

    func clear() { state.withLock { ($0.logged, $0.calls) = ([], 0) } }

    func addCall() {
        state.withLock { $0.calls += 1 }
        while isHolding { usleep(500) }
    }
}
