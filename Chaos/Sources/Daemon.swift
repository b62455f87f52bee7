import DaemonTestKit
import Glibc
import TestSupport

/// The daemon that has to survive it all: one run after another on the same records, socket and log. Only the main
/// thread starts it.
final class Daemon: Sendable {
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

    let process: DaemonProcess
    let log: Log
    private let faults: FaultFile
    private let tally: Tally

    init(program: String, directory: TemporaryDirectory, patience: Patience, tally: Tally) throws {
        self.tally = tally
        faults = try FaultFile(path: directory.file("faults"))
        process = DaemonProcess(
            program, in: directory,
            arguments: ["--orphan-age", "\(patience.orphanAge)", "--parent-wait", "\(patience.parentWait)"],
            environment: [FaultFile.variable: faults.path])
        log = Log(path: process.logPath)
    }

    var records: RecordDirectories { process.records }

    /// Starts the daemon; it must serve, or be killed at an armed fault point before.
    @discardableResult
    func start() throws -> Start {
        log.noteStart()
        do {
            try process.start()
            return .serving
        } catch {
            guard try !isAlive() else { throw error }
            return .killed
        }
    }

    /// Kills the daemon in the middle of whatever it does; that it ended otherwise before is an error.
    func kill() throws {
        guard let status = try process.kill() else { return }
        guard status == Self.killedStatus else { throw ChaosError("the daemon ended by itself: status \(status)") }
        tally.add(\.faults)
    }

    /// The number of fault points that it has passed, in all runs together.
    var passages: UInt64 { faults.passages }

    /// Lets the daemon end at a fault point, counted from the next one, which is 1.
    func arm(_ distance: Int) { faults.arm(distance) }

    /// Lets the daemon pass all fault points from now on; true if it was killed at one.
    func disarm() throws -> Bool {
        // It may just be dying. It may also have passed the point after it was disarmed.
        if faults.disarm() { _ = process.exitStatus(within: Self.dyingLimit) }
        return try !isAlive()
    }

    /// Whether the daemon runs; that it ended otherwise than by SIGKILL is an error.
    func isAlive() throws -> Bool {
        guard process.exitStatus(within: 0) != nil else { return process.usage != nil }
        try kill()
        return false
    }

    /// Stops the daemon, if it runs; it must end with status 0.
    func stop() throws { try process.stop() }

    /// Ends the daemon, in whatever state it is, when a scenario is over.
    func dispose() { _ = try? process.kill() }
}
