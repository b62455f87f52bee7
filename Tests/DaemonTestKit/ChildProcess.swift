import CTestSupport
import Glibc
import Synchronization
package import TestSupport

/// A child process that never outlives this one.
///
/// The object kills it on deinit. The kernel kills it when the thread that started it ends, even if this whole process
/// is killed (PR_SET_PDEATHSIG). So that thread must outlive the program: use `onOwnThread` or the main thread.
package final class ChildProcess: Sendable {
    /// The command that ties the program after it to the parent. A program that changes its user or user namespace must
    /// repeat it for its own children.
    package static let tie = ["setpriv", "--pdeathsig", "KILL", "--"]

    package let id: Int32
    /// The pidfd, which is readable once the process has ended.
    private let descriptor: Int32
    private let outputPath: String
    private let status = Mutex<Int32?>(nil)

    /// Starts a program with its output and errors in a file. It inherits PATH and HOME, the given variables, and the
    /// given descriptors from 3 on. Returns immediately.
    package init(
        _ command: [String], environment: [String: String] = [:], descriptors: [Int32] = [], output outputPath: String,
        appends: Bool = false
    ) throws {
        self.outputPath = outputPath
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        let flags = O_CREAT | O_WRONLY | O_APPEND | (appends ? 0 : O_TRUNC)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, outputPath, flags, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        // Copies with high numbers, so that no descriptor is overwritten before it is copied.
        let copies = descriptors.map { fcntl($0, F_DUPFD_CLOEXEC, 100) }
        defer { for copy in copies { close(copy) } }
        for (position, copy) in copies.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, copy, Int32(3 + position))
        }
        // An inherited connection of another test would otherwise stay open while the program runs.
        add_close_from(&actions, Int32(3 + copies.count))
        id = try Self.spawn(Self.tie + command, environment, &actions)
        descriptor = open_process(id)
        guard descriptor >= 0 else { throw CallError(call: "pidfd_open") }
    }

    deinit {
        signal(SIGKILL)
        _ = exitStatus()
        close(descriptor)
    }

    private static func spawn(
        _ command: [String], _ environment: [String: String], _ actions: inout posix_spawn_file_actions_t
    ) throws -> pid_t {
        var inherited = ["PATH": "/usr/bin:/bin"]
        for name in ["PATH", "HOME"] {
            if let value = getenv(name) { inherited[name] = String(cString: value) }
        }
        let arguments = command.map { strdup($0) } + [nil]
        let variables = inherited.merging(environment) { $1 }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var id = pid_t()
        let failure = posix_spawnp(&id, command[0], &actions, nil, arguments, variables)
        guard failure == 0 else { throw CallError(call: command[0], code: failure) }
        return id
    }

    /// Runs a program to its end and returns what it printed; throws if it does not end with status 0.
    @discardableResult
    package static func run(_ command: [String], output: String) throws -> String {
        let process = try ChildProcess(command, output: output)
        guard process.exitStatus(within: nil) == 0 else {
            throw ProcessError("\(command.joined(separator: " ")) failed: \(process.output)")
        }
        return process.output
    }

    /// The output so far.
    package var output: String { (try? readTextFile(outputPath)) ?? "" }

    /// The resources that the program uses.
    package var usage: ProcessUsage { ProcessUsage(of: id) }

    /// Sends a signal unless the program is known to have ended.
    package func signal(_ number: Int32) { status.withLock { if $0 == nil { kill(id, number) } } }

    /// Waits for the program to end, up to a limit or forever. Returns its exit status as a shell does, 128 plus the
    /// number of a signal; nil if the program still runs.
    package func exitStatus(within seconds: Double? = 60) -> Int32? {
        status.withLock { status in
            guard status == nil else { return status }
            var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            var raw: Int32 = 0
            guard poll(&event, 1, seconds.map { Int32($0 * 1000) } ?? -1) == 1, waitpid(id, &raw, 0) == id else {
                return nil
            }
            let signal = raw & 0x7f
            status = signal == 0 ? raw >> 8 & 0xff : 128 + signal
            return status
        }
    }
}

/// A failure of a program that a test or a measurement needs, described by its message.
package struct ProcessError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
