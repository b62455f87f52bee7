import Glibc
import ServerTestKit
import TestSupport

/// A program that runs beside the harness, and not longer than it.
final class Child: Sendable {
    let id: pid_t

    /// Starts a program; what it prints is added to the file. The thread that does so must not end before the program.
    init(_ command: [String], environment added: [String: String], output: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_CREAT | O_WRONLY | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        // The kernel ends it also when the harness is killed and has no time to.
        let command = ["setpriv", "--pdeathsig", "KILL", "--"] + command
        let arguments = command.map { strdup($0) } + [nil]
        let variables = added.map { strdup("\($0.key)=\($0.value)") } + Self.path + [nil]
        defer { for text in arguments + variables { free(text) } }
        var id = pid_t()
        let failure = posix_spawnp(&id, command[0], &actions, nil, arguments, variables)
        guard failure == 0 else { throw CallError(call: command[0], code: failure) }
        self.id = id
    }

    private static var path: [UnsafeMutablePointer<CChar>?] {
        let value = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        return [strdup("PATH=\(value)")]
    }

    /// How the program ended, as a shell has it: its status, or 128 and the number of a signal; nil while it runs. What
    /// is returned once is not returned again.
    func ended() -> Int32? {
        var status: Int32 = 0
        guard waitpid(id, &status, WNOHANG) == id else { return nil }
        let signal = status & 0x7f
        return signal == 0 ? status >> 8 & 0xff : 128 + signal
    }

    /// The number of descriptors that it has open.
    var openDescriptors: Int? { try? namesInDirectory("/proc/\(id)/fd").count }

    /// The memory that it occupies, in kilobytes (proc(5)).
    var residentKilobytes: Int? {
        let status = try? readTextFile("/proc/\(id)/status")
        let line = status?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }
}
