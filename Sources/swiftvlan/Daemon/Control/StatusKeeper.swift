import ControlAPI
import DriverCore
import KernelHostNetwork
import Logging
import NIOCore
import NIOPosix
import StatusReport

/// Builds the status document on its own thread, so that no call and no reader waits for it.
///
/// It takes a snapshot from the driver and reads the kernel through its own socket.
actor StatusKeeper: LoopActor {
    /// The least time between two documents, however many clients ask.
    private static let pause = Duration.milliseconds(250)

    nonisolated let loop: any EventLoop
    private let thread: MultiThreadedEventLoopGroup
    private let driver: DriverActor
    private let host: any HostReader
    private let daemon: DaemonDocument
    private let logger: Logger
    private var document = StatusDocument()
    private var builtAt: ContinuousClock.Instant?
    private var number = 0
    /// The requests that wait for a change.
    private var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    private var waiterNumber = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.executor.asUnownedSerialExecutor() }

    init(_ driver: DriverActor, host: sending any HostReader, daemon: DaemonDocument, logger: Logger) {
        thread = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        loop = thread.next()
        self.driver = driver
        self.host = host
        self.daemon = daemon
        self.logger = logger
    }

    /// Returns the state of all networks, at most a quarter of a second old.
    func current() async -> StatusDocument {
        if let builtAt, builtAt.duration(to: .now) < Self.pause { return document }
        let snapshot = await driver.snapshot
        build(from: snapshot)
        return document
    }

    /// Returns the state once its revision is another one; nil if that does not happen in time.
    func current(after revision: String, within limit: Duration) async -> StatusDocument? {
        let deadline = ContinuousClock.now + limit
        while true {
            let document = await current()
            if document.revision != revision { return document }
            let rest = ContinuousClock.now.duration(to: deadline)
            guard rest > .zero else { return nil }
            await change(within: rest)
        }
    }

    /// Takes note that the driver or the host has changed; returns at once, on any thread.
    nonisolated func somethingChanged() {
        enqueue { keeper in
            guard !keeper.waiters.isEmpty else { return }
            // The document that is then built must include the change.
            keeper.schedule(in: TimeAmount(Self.pause)) { $0.wakeAll() }
        }
    }

    private func wakeAll() {
        let waiting = waiters.values
        waiters = [:]
        for waiter in waiting { waiter.resume() }
    }

    /// Waits for a change, or for the time limit.
    private func change(within limit: Duration) async {
        waiterNumber += 1
        let number = waiterNumber
        let end = schedule(in: TimeAmount(limit)) { $0.waiters.removeValue(forKey: number)?.resume() }
        await withCheckedContinuation { waiters[number] = $0 }
        end.cancel()
    }

    private func build(from snapshot: DriverSnapshot) {
        var observation = HostObservation()
        do throws(DriverError) {
            observation = try HostObservation.read(host)
        } catch {
            logger.debug("The host cannot be read for the status", metadata: ["reason": "\(error)"])
        }
        var new = StatusReport(snapshot, observation).document
        new.daemon = daemon
        new.revision = document.revision
        if new != document || number == 0 {
            number += 1
            new.revision = "\(Int64(daemon.startedAt))-\(number)"
        }
        document = new
        builtAt = .now
    }
}
