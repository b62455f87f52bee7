import DriverCore
import Glibc
import KernelTestKit
import Logging
import NetworkTypes
import RouteNetlink
import Synchronization
import Testing

@testable import KernelHostNetwork

@Suite("A monitor's start and end", .needsNetworkNamespaces, .needs(.veth), .timeLimit(.minutes(10)))
struct HostMonitorLifeTests {
    private final class Token: Sendable {}

    private static func monitor(_ token: Token, _ calls: Calls = Calls()) -> HostMonitor {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return HostMonitor(logger: logger) { _ in
            _ = token
            calls.add()
        }
    }

    @Test("a monitor that is stopped reports nothing more, and can be started again")
    func stop() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let calls = Calls()
            let monitor = Self.monitor(Token(), calls)
            try monitor.start()
            try monitor.start()
            monitor.stop()
            monitor.stop()
            // Another monitor, which has reported the change, shows that this one would have.
            let otherCalls = Calls()
            let other = Self.monitor(Token(), otherCalls)
            try other.start()
            try host.change(try host.existing("p0"), LinkChanges(mtu: 1400))
            try otherCalls.await(1)
            other.stop()
            #expect(calls.count == 0)
            try monitor.start()
            try host.change(try host.existing("p0"), LinkChanges(mtu: 1401))
            try calls.await(1)
            monitor.stop()
        }
    }

    @Test(
        "its thread ends and lets go of everything when it is stopped, and when nobody has it any more",
        arguments: [
            true, false,
        ])
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
            let start = ContinuousClock.now
            while token != nil {
                try #require(start.duration(to: .now) < .seconds(60), "the thread goes on")
                usleep(1000)
            }
        }
    }

    @Test("it can be stopped by what it calls, which is its own thread")
    func stopsItself() async throws {
        try await withNetworkNamespace {
            let host = try Host()
            let calls = Calls()
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let box = Box()
            let monitor = HostMonitor(logger: logger) { _ in
                box.take()?.stop()
                calls.add()
            }
            box.put(monitor)
            try monitor.start()
            try host.change(try host.existing("p0"), LinkChanges(mtu: 1400))
            try calls.await(1)
        }
    }

    @Test("it is stopped and started many times without leaving a file or a thread open")
    func manyTimes() async throws {
        try await withNetworkNamespace {
            let monitor = Self.monitor(Token())
            try monitor.start()
            monitor.stop()
            for _ in 0..<300 {
                try monitor.start()
                monitor.stop()
            }
            // Each has four files, and other tests that run meanwhile have theirs.
            #expect((0..<2048).count { fcntl($0, F_GETFD) >= 0 } < 600)
        }
    }
}

/// How often a monitor has called.
private final class Calls: Sendable {
    private let calls = Mutex(0)

    var count: Int { calls.withLock { $0 } }

    func add() { calls.withLock { $0 += 1 } }

    func await(_ count: Int) throws {
        let start = ContinuousClock.now
        while self.count < count {
            try #require(start.duration(to: .now) < .seconds(60), "the monitor has called \(self.count) times")
            usleep(1000)
        }
    }
}

/// A monitor for the closure that it is made with.
private final class Box: Sendable {
    private let monitor = Mutex<HostMonitor?>(nil)

    func put(_ monitor: HostMonitor) { self.monitor.withLock { $0 = monitor } }

    func take() -> HostMonitor? { monitor.withLock { $0.take() } }
}
