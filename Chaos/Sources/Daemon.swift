import Glibc
import ServerTestKit
import Synchronization
import TestSupport

/// The daemon that has to live through it all: one run after another on the same records, socket and log.
///
/// Started by the main thread alone: the kernel ends it with the thread that started it.
final class Daemon: Sendable {
    /// How long it may take to serve; the machine is User-mode Linux, and the program a debug build.
    private static let startLimit = 20.0
    private static let dyingLimit = 0.5
    private static let killedStatus = 128 + SIGKILL

    /// How long the daemon waits before it takes something for lost, in seconds.
    struct Patience {
        /// After a start, for parents that are late.
        var parentWait = 0
        /// For links without a record, and records without a link.
        var orphanAge = 1
    }

    enum Start {
        case serving
        /// It was killed at the fault point that was armed.
        case killed
    }

    let socket: String
    let log: Log
    let records: Records
    private let faults: FaultFile
    private let program: String
    private let patience: Patience
    private let tally: Tally
    private let child = Mutex<Child?>(nil)

    init(program: String, directory: Directory, patience: Patience, tally: Tally) throws {
        self.program = program
        self.patience = patience
        self.tally = tally
        socket = directory.file("swiftvlan.sock")
        log = Log(path: directory.file("daemon.log"))
        records = Records(state: try directory.child("state"), runtime: try directory.child("runtime"))
        faults = try FaultFile(at: directory.file("faults"))
    }

    /// Starts the daemon; it must serve, or be killed at an armed fault point before.
    @discardableResult
    func start() throws -> Start {
        let command = [
            program, "daemon", "--socket", socket, "--state-directory", records.state.path, "--runtime-directory",
            records.runtime.path, "--orphan-age", String(patience.orphanAge), "--parent-wait",
            String(patience.parentWait),
        ]
        log.noteStart()
        let new = try Child(command, environment: ["SWIFTVLAN_FAULTS": faults.path], output: log.path)
        child.withLock { $0 = new }
        let clock = ContinuousClock()
        let start = clock.now
        while (clock.now - start).seconds < Self.startLimit {
            if let status = takeEnd(of: new) {
                guard status == Self.killedStatus else {
                    throw ChaosError("the daemon does not start, it ends with status \(status)")
                }
                tally.add(\.faults)
                return .killed
            }
            if (try? UnixClient(path: socket)) != nil { return .serving }
            usleep(5000)
        }
        throw ChaosError("the daemon does not serve within \(Self.startLimit) seconds")
    }

    /// Kills the daemon in the middle of whatever it does.
    func kill() throws {
        guard let current = child.withLock({ $0 }) else { return }
        Glibc.kill(current.id, SIGKILL)
        try awaitKill()
    }

    /// Returns when the daemon is dead of SIGKILL, by a fault point or by `kill`; that it ended otherwise is an error.
    func awaitKill() throws {
        guard let status = end(within: 10) else { throw ChaosError("the daemon does not end although it was killed") }
        guard status == Self.killedStatus else { throw ChaosError("the daemon ended by itself: status \(status)") }
        tally.add(\.faults)
    }

    /// How many fault points it has passed, all runs of it together.
    var passages: UInt64 { faults.passages }

    /// Has the daemon end at a fault point, counted from the next one, which is 1.
    func arm(_ distance: Int) throws { try faults.arm(distance) }

    /// Has the daemon pass all fault points from now on; tells whether it was killed at one.
    func disarm() throws -> Bool {
        guard try faults.disarm() else { return try !isAlive() }
        // It may just be dying. It may also have passed the point after it was disarmed.
        return try eventually(within: Self.dyingLimit) { try !isAlive() }
    }

    /// Whether the daemon runs; that it ended otherwise than by SIGKILL is an error.
    func isAlive() throws -> Bool {
        guard let current = child.withLock({ $0 }) else { return false }
        guard let status = takeEnd(of: current) else { return true }
        guard status == Self.killedStatus else { throw ChaosError("the daemon ended by itself: status \(status)") }
        tally.add(\.faults)
        return false
    }

    /// Ends the daemon in order, which it must do with status 0.
    func stop() throws {
        guard let current = child.withLock({ $0 }) else { return }
        Glibc.kill(current.id, SIGTERM)
        guard let status = end(within: 40) else {
            try kill()
            throw ChaosError("the daemon does not stop within 40 seconds")
        }
        guard status == 0 else { throw ChaosError("the daemon was stopped and ended with status \(status)") }
    }

    /// Ends the daemon however it is, when a scenario is over.
    func dispose() {
        guard let current = child.withLock({ $0 }) else { return }
        Glibc.kill(current.id, SIGKILL)
        _ = end(within: 10)
    }

    var residentKilobytes: Int? { child.withLock { $0 }?.usage.residentKilobytes }
    var openDescriptors: Int? { child.withLock { $0 }?.usage.openDescriptors }

    private func end(within seconds: Double) -> Int32? {
        guard let current = child.withLock({ $0 }) else { return nil }
        var status: Int32?
        _ = eventually(within: seconds) {
            status = takeEnd(of: current)
            return status != nil
        }
        return status
    }

    private func takeEnd(of current: Child) -> Int32? {
        guard let status = current.ended() else { return nil }
        child.withLock { $0 = nil }
        return status
    }
}
