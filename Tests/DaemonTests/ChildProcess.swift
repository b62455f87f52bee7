import Glibc
import ServerTestKit
import Synchronization
import TestSupport

/// A program that was started, and that is gone when the object is.
final class ChildProcess: Sendable {
    let id: pid_t
    private let outputPath: String
    private let exitStatus = Mutex<Int32?>(nil)

    /// Starts a program; what it prints, on both ways, goes to the file, and descriptors are handed over from 3
    /// on.
    init(
        _ command: [String],
        environment: [String: String] = [:],
        descriptors: [Int32] = [],
        output outputPath: String
    ) throws {
        self.outputPath = outputPath
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, outputPath, O_CREAT | O_WRONLY | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        // Copies far up, so that no descriptor is overwritten before its turn.
        let copies = descriptors.map { fcntl($0, F_DUPFD_CLOEXEC, 100) }
        defer { for copy in copies { close(copy) } }
        for (position, copy) in copies.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, copy, Int32(3 + position))
        }
        // Nor does it get what else is open here: connections of other tests would not end while it runs.
        for other in 3 + copies.count..<1024 { posix_spawn_file_actions_addclose(&actions, Int32(other)) }
        let arguments = command.map { strdup($0) } + [nil]
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        let variables = environment.merging(["PATH": path]) { $1 }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var id = pid_t()
        let failure = posix_spawnp(&id, command[0], &actions, nil, arguments, variables)
        guard failure == 0 else { throw CallError(call: command[0], code: failure) }
        self.id = id
    }

    deinit {
        guard (try? exited(within: 0)) == nil else { return }
        kill(id, SIGKILL)
        _ = try? exited(within: 5)
    }

    /// What the program has printed so far.
    var output: String { (try? readTextFile(outputPath)) ?? "" }

    func signal(_ number: Int32) {
        kill(id, number)
    }

    /// The exit status as a shell has it, 128 and the number for a signal; nil when the program still runs.
    func exited(within seconds: Double = 60) throws -> Int32? {
        _ = eventually(within: seconds) {
            exitStatus.withLock { status in
                var raw: Int32 = 0
                if status == nil, waitpid(id, &raw, WNOHANG) == id {
                    let signal = raw & 0x7f
                    status = signal == 0 ? raw >> 8 & 0xff : 128 + signal
                }
                return status != nil
            }
        }
        return exitStatus.withLock { $0 }
    }

    /// What it takes up of the machine.
    var usage: ProcessUsage { ProcessUsage(of: id) }
}
