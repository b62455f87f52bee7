import DriverCore
import KernelTestKit
import Logging
import NetworkTypes
import RouteNetlink
import Synchronization
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite("HostMonitor's start and end", .needsNetworkNamespaces, .needs(.veth), .timeLimit(.minutes(20)))
struct HostMonitorLifeTests {
    private final class Token: Sendable {}

    private static func monitor(_ token: Token, _ calls: Calls = Calls()) -> HostMonitor {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return HostMonitor(logger: logger) {
            _ = token
            calls.add()
        }
    }

    @Test("HostMonitor reports nothing once it is stopped, and can be started again")
    func stop() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let calls = Calls()
            let monitor = Self.monitor(Token(), calls)
            try monitor.start()
            try monitor.start()
            monitor.stop()
            monitor.stop()
            // Another monitor shows when the change would have been reported.
            let other = try Watched()
            try other.expect(.link("p0")) { try host.change(try host.existing("p0"), LinkChanges(mtu: 1400)) }
            #expect(calls.count == 0)
            try monitor.start()
            try host.change(try host.existing("p0"), LinkChanges(mtu: 1401))
            try calls.await(1)
            monitor.stop()
        }
    }

    @Test(
        "HostMonitor's thread ends and releases its closure when stopped, and when its last owner goes",
        arguments: [true, false])
    func letsGo(isStopped: Bool) async throws {
        try await withNetworkNamespace {
            weak var token: Token?
            do {
                let held = Token()
                token = held
                let monitor = Self.monitor(held)
                try monitor.start()
                if isStopped { monitor.stop() }
            }
            try waitFor("the monitor's thread to release its closure", reading: { token != nil }) { !$0 }
        }
    }

    @Test("HostMonitor can be stopped by its own closure")
    func stopsItself() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let calls = Calls()
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let box = Box()
            let monitor = HostMonitor(logger: logger) {
                box.take()?.stop()
                calls.add()
            }
            box.put(monitor)
            try monitor.start()
            try host.change(try host.existing("p0"), LinkChanges(mtu: 1400))
            try calls.await(1)
        }
    }

    @Test("HostMonitor leaves no file or thread behind when stopped and started many times")
    func manyTimes() async throws {
        // Other tests have files and threads in this process.
        await #expect(processExitsWith: .success) {
            try await withNetworkNamespace {
                let monitor = Self.monitor(Token())
                try monitor.start()
                monitor.stop()
                let files = try namesInDirectory("/proc/self/fd").count
                for _ in 0..<100 {
                    try monitor.start()
                    monitor.stop()
                }
                // A thread sets its end event right before it ends.
                try waitFor(
                    "the files to be closed", reading: { try namesInDirectory("/proc/self/fd").count },
                    until: { $0 <= files })
                try waitFor(
                    "the threads to end", reading: { try namesInDirectory("/proc/self/task").count },
                    until: { $0 < 50 })
            }
        }
    }
}

/// How often a monitor has called.
private final class Calls: Sendable {
    private let calls = Mutex(0)

    var count: Int { calls.withLock { $0 } }

    func add() { calls.withLock { $0 += 1 } }

    func await(_ count: Int) throws {
        try waitFor("the monitor's call number \(count)", reading: { self.count }) { $0 >= count }
    }
}

/// A monitor for the closure that it is made with.
private final class Box: Sendable {
    private let monitor = Mutex<HostMonitor?>(nil)

    func put(_ monitor: HostMonitor) { self.monitor.withLock { $0 = monitor } }

    func take() -> HostMonitor? { monitor.withLock { $0.take() } }
}
