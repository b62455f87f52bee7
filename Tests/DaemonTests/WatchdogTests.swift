import CTestSupport
import DaemonTestKit
import Glibc
import Logging
import Synchronization
import TestSupport
import Testing

@testable import swiftvlan

@Suite("Watchdog")
struct WatchdogTests {
    /// A part that answers on request of the test.
    private final class SlowPart: Sendable {
        let answers = Mutex<[@Sendable () -> Void]>([])

        func answer() {
            let waiting = answers.withLock { answers in
                defer { answers = [] }
                return answers
            }
            for answer in waiting { answer() }
        }
    }

    @Test("Watchdog is fed when all parts have answered, and not before")
    func feeding() {
        let meals = Atomic(0)
        let parts = [SlowPart(), SlowPart()]
        let watchdog = Watchdog(
            parts.enumerated().map { number, part in
                Watchdog.Part(name: "\(number)") { answer in part.answers.withLock { $0.append(answer) } }
            }, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) { meals.add(1, ordering: .relaxed) }
        func check() -> Int {
            watchdog.check()
            return meals.load(ordering: .relaxed)
        }

        #expect(check() == 1)
        #expect(check() == 1)
        parts[0].answer()
        #expect(check() == 1)
        parts[1].answer()
        #expect(check() == 2)
        // Each gets one ping, however often it does not answer.
        #expect(parts.map { $0.answers.withLock { $0.count } } == [1, 1])
        watchdog.stopPinging()
        #expect(check() == 3)
        #expect(check() == 4)
        #expect(parts.map { $0.answers.withLock { $0.count } } == [1, 1])
    }
}

@Suite("Watchdog of the daemon", .serialized)
struct DaemonWatchdogTests {
    private static let interval: Int32 = 800

    /// A daemon whose watchdog has this interval, in milliseconds.
    private func withDaemon(_ body: @escaping @Sendable (DaemonProcess, Notifications) throws -> Void) async throws {
        let notifications = try Notifications()
        let environment = ["NOTIFY_SOCKET": notifications.path, "WATCHDOG_USEC": "\(Self.interval * 1000)"]
        try await DaemonProcess.with(environment: environment) { daemon in
            notifications.awaitReady()
            try body(daemon, notifications)
            try daemon.stop()
        }
    }

    @Test("The daemon's watchdog is fed regularly, and at the end only as needed")
    func feeding() async throws {
        try await withDaemon { _, notifications in
            let start = ContinuousClock.now
            for _ in 0..<8 { #expect(notifications.next() == "WATCHDOG=1") }
            // Eight quarters of the interval are usual.
            #expect(ContinuousClock.now - start < .milliseconds(20 * Self.interval))
        }
    }

    @Test("The daemon's watchdog is not fed unless systemd asks")
    func unasked() async throws {
        let notifications = try Notifications()
        try await DaemonProcess.with(environment: ["NOTIFY_SOCKET": notifications.path]) { _ in
            notifications.awaitReady()
            #expect(notifications.next(within: 1000) == nil)
        }
    }

    @Test(
        "The daemon's watchdog is not fed while a thread hangs, and is again afterwards",
        arguments: ["driver", "server", "monitor"])
    func hanging(_ name: String) async throws {
        try await withDaemon { daemon, notifications in
            // By then each thread has answered and has its name.
            #expect(notifications.next() == "WATCHDOG=1")
            let thread = try #require(try daemon.thread(name))
            try hold(thread, name, of: daemon, notifications)
            notifications.forget()
            #expect(notifications.next(within: 2 * Self.interval) == nil)
            #expect(release_thread(thread) == 0)
            for _ in 0..<4 { #expect(notifications.next() == "WATCHDOG=1") }
            #expect(eventually { daemon.output.contains("answer again") }, "\(daemon.output)")
        }
    }

    /// Holds a thread and waits until the daemon names it.
    ///
    /// A thread that is stopped while it answers holds the watchdog's lock, so that no other thread can name it. Halfway
    /// between two checks that is unlikely; if it happens, this retries.
    private func hold(
        _ thread: Int32, _ name: String, of daemon: DaemonProcess, _ notifications: Notifications
    ) throws {
        for _ in 0..<5 {
            notifications.forget()
            #expect(notifications.next() == "WATCHDOG=1")
            usleep(UInt32(Self.interval) * 1000 / 8)
            try #require(hold_thread(thread) == 0, "ptrace: \(errno)")
            if eventually(within: 10, { daemon.output.contains("threads=\(name)") }) { return }
            try #require(release_thread(thread) == 0, "ptrace: \(errno)")
        }
        Issue.record("the daemon does not name its thread \(name): \(daemon.output)")
    }
}

extension DaemonProcess {
    /// One of the daemon's threads. The event loops are numbered in order of creation: driver, server, watchdog. The
    /// only other thread besides the first one is the monitor's.
    fileprivate func thread(_ name: String) throws -> Int32? {
        let id = try process.id
        let tasks = "/proc/\(id)/task"
        let threads = try namesInDirectory(tasks).compactMap { Int32($0) }.filter { $0 != id }.map { id in
            (id: id, name: try readTextFile("\(tasks)/\(id)/comm"))
        }
        let loops = threads.filter { $0.name.hasPrefix("NIO-ELT-") }.sorted { $0.name < $1.name }
        guard loops.count == 3 else { return nil }
        return switch name {
        case "driver": loops[0].id
        case "server": loops[1].id
        default: threads.first { !$0.name.hasPrefix("NIO-ELT-") }?.id
        }
    }
}
