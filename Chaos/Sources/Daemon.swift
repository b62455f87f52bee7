import DaemonTestKit
import Glibc
import TestSupport

/// The daemon under test, restarted on the same records, socket and log. Only the main thread starts it.
final class Daemon: Sendable {
    private static let dyingLimit = 0.5
    private static let killedStatus = 128 + SIGKILL

    /// Settings of the daemon, in seconds.
    struct Timeouts {
        /// For missing parents after a start.
        var parentWait = 0
        /// For links without a record, and records without a link.
        var orphanAge = 1
    }

    enum Start {
        case serving
        /// It was killed at the armed fault point.
        case killed
    }

    let process: DaemonProcess
    let log: Log
    private let faults: FaultFile
    private let tally: Tally

    init(program: String, directory: TemporaryDirectory, timeouts: Timeouts, tally: Tally) throws {
        self.tally = tally
        faults = try FaultFile(path: directory.file("faults"))
        process = DaemonProcess(
            program, in: directory,
            arguments: ["--orphan-age", "\(timeouts.orphanAge)", "--parent-wait", "\(timeouts.parentWait)"],
            environment: [FaultFile.variable: faults.path])
        log = Log(path: process.logPath)
    }

    var records: RecordDirectories { process.records }

    /// Starts the daemon, which must serve unless it is killed at an armed fault point.
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

    /// Kills the daemon. Throws if it had ended in another way.
    func kill() throws {
        guard let status = try process.kill() else { return }
        guard status == Self.killedStatus else { throw ChaosError("the daemon exited by itself with status \(status)") }
        tally.add(\.faults)
    }

    /// The number of fault points that the daemon has passed in all its runs.
    var passages: UInt64 { faults.passages }

    /// Kills the daemon at a fault point, counted from the next one, which is 1.
    func arm(_ distance: Int) { faults.arm(distance) }

    /// Disarms all fault points. Returns true if the daemon was killed at one.
    func disarm() throws -> Bool {
        // It may be about to die, or may have passed the point after it was disarmed.
        if faults.disarm() { _ = process.exitStatus(within: Self.dyingLimit) }
        return try !isAlive()
    }

    /// Returns whether the daemon runs. Throws if it ended in another way than by SIGKILL.
    func isAlive() throws -> Bool {
        guard process.exitStatus(within: 0) != nil else { return process.usage != nil }
        try kill()
        return false
    }

    /// Stops the daemon if it runs. Throws unless it exits with status 0.
    func stop() throws { try process.stop() }

    /// Kills the daemon at the end of a scenario.
    func dispose() { _ = try? process.kill() }
}
