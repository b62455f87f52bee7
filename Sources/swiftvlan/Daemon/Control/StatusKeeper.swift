import ControlAPI
import DriverCore
import KernelHostNetwork
import Logging
import NIOCore
import NIOPosix
import StatusReport
import Synchronization

/// Builds the status document on its own thread, so that no call and no reader waits for it.
///
/// It takes a snapshot from the driver and reads the kernel through its own socket, only while clients ask: one document
/// serves all of them.
actor StatusKeeper: LoopActor {
    /// The shortest time between two documents, no matter how many clients ask.
    static let pause = Duration.milliseconds(250)
    /// How long a client waits before the host is read again.
    ///
    /// The monitor reports only what the driver must act on, so not that a link loses its carrier, for example.
    static let readPause = Duration.seconds(1)
    /// The greatest age of a document that serves a client which waits, if nothing was reported since.
    private static let waitersAge = Duration.milliseconds(700)

    nonisolated let loop: any EventLoop
    private let thread: MultiThreadedEventLoopGroup
    private let driver: DriverActor
    private let host: any HostReader
    private let daemon: DaemonDocument
    private let logger: Logger
    private var document = StatusDocument()
    /// The last successful reading of the host: after a failed one, all links would look missing.
    private var observation = HostObservation()
    private var builtAt: ContinuousClock.Instant?
    private var number = 0
    /// The requests that wait while another one builds the document.
    private var followers: [CheckedContinuation<Void, Never>]?
    /// The number of changes that were reported.
    private nonisolated let changes = Atomic(0)
    /// That number when the document's snapshot was taken.
    private var includedChanges = 0
    /// The number of `waiters`, for the threads that report changes: without any, they do not wake this one.
    private nonisolated let waiterCount = Atomic(0)
    /// The requests that wait for a change.
    private var waiters: [Int: CheckedContinuation<Void, Never>] = [:] {
        didSet { waiterCount.store(waiters.count, ordering: .sequentiallyConsistent) }
    }
    private var waiterNumber = 0
    private var isWakePlanned = false
    private var isStopping = false

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
    func current() async -> StatusDocument { await current(atMost: Self.pause) }

    /// Returns the state once its revision is another one; nil if that does not happen in time, or the daemon stops.
    func current(after revision: String, within limit: Duration) async -> StatusDocument? {
        let deadline = ContinuousClock.now + limit
        while true {
            let document = await current(atMost: Self.waitersAge)
            if document.revision != revision { return document }
            let rest = ContinuousClock.now.duration(to: deadline)
            guard rest > .zero, !isStopping else { return nil }
            await change(within: min(rest, Self.readPause))
        }
    }

    private func current(atMost age: Duration) async -> StatusDocument {
        let limit = hasNews ? min(age, Self.pause) : age
        if let builtAt, builtAt.duration(to: .now) < limit { return document }
        guard followers == nil else {
            await withCheckedContinuation { followers?.append($0) }
            return document
        }
        followers = []
        // Counted before the snapshot is taken, so that a later change is never lost.
        let included = changes.load(ordering: .sequentiallyConsistent)
        build(from: await driver.snapshot)
        includedChanges = included
        let waiting = followers ?? []
        followers = nil
        for follower in waiting { follower.resume() }
        return document
    }

    /// Whether a change was reported that the document does not include.
    private var hasNews: Bool { changes.load(ordering: .sequentiallyConsistent) != includedChanges }

    /// Takes note that the driver or the host has changed; returns at once, on any thread.
    ///
    /// It counts before it reads the number of waiters, and `change` does the reverse, so one of them sees the other.
    nonisolated func somethingChanged() {
        changes.add(1, ordering: .sequentiallyConsistent)
        guard waiterCount.load(ordering: .sequentiallyConsistent) > 0 else { return }
        enqueue { $0.planWake() }
    }

    /// Wakes the waiting requests once a document can be built that includes the last change.
    private func planWake() {
        guard !isWakePlanned else { return }
        isWakePlanned = true
        schedule(in: TimeAmount(Self.pause)) { keeper in
            keeper.isWakePlanned = false
            keeper.wakeAll()
        }
    }

    private func wakeAll() {
        let waiting = waiters.values
        waiters = [:]
        for waiter in waiting { waiter.resume() }
    }

    /// Waits for a change that the document does not include, or for the time limit.
    private func change(within limit: Duration) async {
        waiterNumber += 1
        let number = waiterNumber
        let end = schedule(in: TimeAmount(limit)) { $0.waiters.removeValue(forKey: number)?.resume() }
        await withCheckedContinuation { waiter in
            waiters[number] = waiter
            if hasNews { planWake() }
        }
        end.cancel()
    }

    private func build(from snapshot: DriverSnapshot) {
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
            // In microseconds: a daemon that is killed may start again within a second.
            new.revision = "\(Int64(daemon.startedAt * 1_000_000))-\(number)"
        }
        document = new
        builtAt = .now
    }

    // MARK: The daemon's end

    /// Answers the requests that wait, now and from now on; returns at once.
    nonisolated func stopWaiting() {
        enqueue { keeper in
            keeper.isStopping = true
            keeper.wakeAll()
        }
    }

    /// Ends the thread, after the driver's and the server's; blocks the calling thread.
    nonisolated func finish() throws { try thread.syncShutdownGracefully() }
}
