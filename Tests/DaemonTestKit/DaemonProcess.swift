import Glibc
import Synchronization
package import TestSupport

/// The daemon under test, which can be restarted on the same socket, records and log.
///
/// The thread that starts it must outlive it (`ChildProcess`).
package final class DaemonProcess: Sendable {
    /// The command that runs the program after it in a new network namespace, even without root.
    package static let ownNetwork =
        ["unshare"] + (geteuid() == 0 ? [] : ["--user", "--map-root-user"]) + ["--net", "--"] + ChildProcess.tie

    package let directory: TemporaryDirectory
    package let socket: String
    package let logPath: String
    package let records: RecordDirectories
    private let command: [String]
    private let environment: [String: String]
    private let current = Mutex<ChildProcess?>(nil)

    /// Prepares a daemon with its records, and its socket and log of the given name, in the directory. The launcher is the
    /// command that starts the program. The host's configuration file is not read.
    package init(
        _ program: String, launcher: [String] = [], in directory: TemporaryDirectory, name: String = "swiftvlan",
        socket: String? = nil, arguments: [String] = [], environment: [String: String] = [:]
    ) {
        self.directory = directory
        self.socket = socket ?? directory.file("\(name).sock")
        logPath = directory.file("\(name).log")
        records = RecordDirectories(in: directory)
        let files = [
            "--socket", self.socket, "--state-directory", records.state, "--runtime-directory", records.runtime,
        ]
        command = launcher + [program, "daemon"] + files + arguments
        self.environment = ["SWIFTVLAN_CONFIG": "/dev/null"].merging(environment) { $1 }
    }

    /// Starts the daemon and waits until it accepts connections; throws if it ends before.
    package func start() throws {
        try launch()
        try awaitConnections()
    }

    /// Starts the daemon, with descriptors from 3 on, and does not wait.
    package func launch(descriptors: [Int32] = []) throws {
        let new = try ChildProcess(
            command, environment: environment, descriptors: descriptors, output: logPath, appends: true)
        current.withLock { $0 = new }
    }

    /// Waits until the daemon accepts connections; throws if it ends before.
    package func awaitConnections() throws {
        let start = ContinuousClock.now
        while (try? connect()) == nil {
            let elapsed = (ContinuousClock.now - start).microseconds
            if let status = exitStatus(within: 0) {
                throw ProcessError("the daemon ends with status \(status) instead of serving: \(output)")
            }
            guard elapsed < 60e6 else { throw ProcessError("the daemon does not serve within a minute: \(output)") }
            // Measures a start to within 1%, without busying a slow machine.
            usleep(100 + UInt32(elapsed / 100))
        }
    }

    /// The process; throws if none was started, or it was killed.
    package var process: ChildProcess {
        get throws {
            guard let process = current.withLock({ $0 }) else { throw ProcessError("the daemon was not started") }
            return process
        }
    }

    /// The output of all runs so far.
    package var output: String { (try? readTextFile(logPath)) ?? "" }

    /// The resources that the daemon uses; nil if it was not started, or was killed.
    package var usage: ProcessUsage? { current.withLock { $0 }?.usage }

    /// Sends a signal, if the daemon runs.
    package func signal(_ number: Int32) { current.withLock { $0 }?.signal(number) }

    /// The exit status (`ChildProcess`); nil if the daemon runs, or was not started.
    package func exitStatus(within seconds: Double = 60) -> Int32? {
        current.withLock { $0 }?.exitStatus(within: seconds)
    }

    /// Stops the daemon, if it was started; throws if it does not end with status 0.
    package func stop() throws {
        guard let process = current.withLock({ $0 }) else { return }
        process.signal(SIGTERM)
        guard let status = process.exitStatus() else { throw ProcessError("the daemon does not stop: \(output)") }
        guard status == 0 else { throw ProcessError("the daemon ends with status \(status): \(output)") }
    }

    /// Kills the daemon and waits for it. Returns its exit status, that of SIGKILL unless it ended before; nil if it was
    /// not started.
    @discardableResult
    package func kill() throws -> Int32? {
        guard let process = current.withLock({ $0 }) else { return nil }
        process.signal(SIGKILL)
        guard let status = process.exitStatus() else { throw ProcessError("the daemon survives SIGKILL") }
        current.withLock { $0 = nil }
        return status
    }

    package func connect() throws -> HTTPClient { try HTTPClient(path: socket) }

    /// Makes one call on a new connection.
    package func call(_ path: String, _ body: String = "") throws -> HTTPResponse {
        try connect().call(Array(post(path, body).utf8))
    }
}
