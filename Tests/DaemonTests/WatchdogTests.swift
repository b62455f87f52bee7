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
    /// A part that answers when the test says so.
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

    @Test("The watchdog is fed only after all parts have answered")
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
        // Each part gets one ping, however often it fails to answer.
        #expect(parts.map { $0.answers.withLock { $0.count } } == [1, 1])
        watchdog.stopPinging()
        #expect(check() == 3)
        #expect(check() == 4)
        #expect(parts.map { $0.answers.withLock { $0.count } } == [1, 1])
    }
}

@Suite("The daemon's watchdog", .serialized)
struct DaemonWatchdogTests {
    private static let interval: Int32 = 800

    /// Runs a daemon with a watchdog interval of `interval` milliseconds.
    private func withDaemon(_ body: @escaping @Sendable (DaemonProcess, Notifications) throws -> Void) async throws {
        let notifications = try Notifications()
        let environment = ["NOTIFY_SOCKET": notifications.path, "WATCHDOG_USEC": "\(Self.interval * 1000)"]
        try await DaemonProcess.with(environment: environment) { daemon in
            notifications.awaitReady()
            try body(daemon, notifications)
            try daemon.stop()
        }
    }

    @Test("The daemon feeds systemd's watchdog regularly")
    func feeding() async throws {
        try await withDaemon { _, notifications in
            let start = ContinuousClock.now
            for _ in 0..<8 { #expect(notifications.next() == "WATCHDOG=1") }
            // Eight quarters of the interval are typical.
            #expect(ContinuousClock.now - start < .milliseconds(20 * Self.interval))
        }
    }

    @Test("The daemon does not feed a watchdog unless systemd asks for it")
    func unasked() async throws {
        let notifications = try Notifications()
        try await DaemonProcess.with(environment: ["NOTIFY_SOCKET": notifications.path]) { _ in
            notifications.awaitReady()
            #expect(notifications.next(within: 1000) == nil)
        }
    }

    @Test(
        "The daemon does not feed systemd's watchdog while a thread hangs, and resumes afterwards",
        arguments: ["driver", "server", "monitor", "LAN client"])
    func hanging(_ name: String) async throws {
        try await withDaemon { daemon, notifications in
            #expect(notifications.next() == "WATCHDOG=1")
            // On a busy machine, a thread can set its name later.
            for _ in 0..<600 where try daemon.thread(name) == nil { usleep(50_000) }
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
            // A value with a space is quoted.
            let value = name.contains(" ") ? "\"\(name)\"" : name
            if eventually(within: 10, { daemon.output.contains("threads=\(value)") }) { return }
            try #require(release_thread(thread) == 0, "ptrace: \(errno)")
        }
        Issue.record("the daemon does not name its thread \(name): \(daemon.output)")
    }
}

extension DaemonProcess {
    /// Returns the ID of a thread. The event loops are numbered in order of creation, driver and server first.
    fileprivate func thread(_ name: String) throws -> Int32? {
        let id = try process.id
        let tasks = "/proc/\(id)/task"
        let threads = try namesInDirectory(tasks).compactMap { Int32($0) }.filter { $0 != id }.map { id in
            (id: id, name: try readTextFile("\(tasks)/\(id)/comm"))
        }
        let loops = threads.filter { $0.name.hasPrefix("NIO-ELT-") }.sorted { $0.name < $1.name }
        guard loops.count > 2 else { return nil }
        return switch name {
        case "driver": loops[0].id
        case "server": loops[1].id
        case "LAN client": threads.first { $0.name == "LAN\n" }?.id
        default: threads.first { $0.name == "\(name)\n" }?.id
        }
    }
}
