import DriverCore
import KernelTestKit
import Logging
import NetworkTypes
import RouteNetlink
import Synchronization
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite("Start and stop of HostMonitor", .needsNetworkNamespaces, .needs(.veth), .timeLimit(.minutes(20)))
struct HostMonitorLifeTests {
    private final class Token: Sendable {}

    private static func monitor(_ token: Token, _ reports: Reports = Reports()) -> HostMonitor {
        HostMonitor(logger: reports.logger) {
            _ = token
            reports.addCall()
        }
    }

    @Test("HostMonitor reports nothing once it is stopped and can be started again")
    func stop() async throws {
        try await withHost { host in
            let reports = Reports()
            let monitor = Self.monitor(Token(), reports)
            try monitor.start()
            try monitor.start()
            monitor.stop()
            monitor.stop()
            // Another monitor shows when the change would have been reported.
            let other = try MonitorFixture()
            try other.expect(.link("p0")) { try host.change(try host.existing("p0"), LinkChanges(mtu: 1400)) }
            #expect(reports.changes == [])
            try monitor.start()
            try host.change(try host.existing("p0"), LinkChanges(mtu: 1401))
            try reports.await { !$0.isEmpty }
            monitor.stop()
        }
    }

    @Test(
        "The HostMonitor thread exits and releases its closure when it is stopped or its last owner is destroyed",
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
        try await withHost { host in
            let reports = Reports()
            let box = Box()
            let monitor = HostMonitor(logger: reports.logger) {
                box.take()?.stop()
                reports.addCall()
            }
            box.put(monitor)
            try monitor.start()
            try host.change(try host.existing("p0"), LinkChanges(mtu: 1400))
            try reports.await { !$0.isEmpty }
        }
    }

    @Test("HostMonitor leaves no open file or thread behind after many starts and stops")
    func manyTimes() async throws {
        // Other tests in this process have open files and threads.
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
                // A thread sets its end event just before it exits.
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

/// Holds a monitor for the closure that the monitor is created with.
private final class Box: Sendable {
    private let monitor = Mutex<HostMonitor?>(nil)

    func put(_ monitor: HostMonitor) { self.monitor.withLock { $0 = monitor } }

    func take() -> HostMonitor? { monitor.withLock { $0.take() } }
}
