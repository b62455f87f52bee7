import Glibc
import ServerTestKit
import TestSupport

/// A program that runs beside the bench, and not longer than it.
final class Child: Sendable {
    let id: pid_t
    private let output: String

    /// Starts a program; what it prints goes to the file.
    init(_ command: [String], output: String) throws {
        self.output = output
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_CREAT | O_WRONLY | O_TRUNC, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        // The kernel ends it also when the bench is killed and has no time to.
        let command = ["setpriv", "--pdeathsig", "KILL", "--"] + command
        let arguments = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var id = pid_t()
        let failure = posix_spawnp(&id, command[0], &actions, nil, arguments, environ)
        guard failure == 0 else { throw CallError(call: command[0], code: failure) }
        self.id = id
    }

    /// Runs a program to its end, and returns what it printed; that it fails is an error.
    @discardableResult
    static func run(_ command: [String], in directory: Directory) throws -> String {
        let child = try Child(command, output: directory.file("output"))
        guard child.exitStatus() == 0 else {
            throw BenchError("\(command.joined(separator: " ")) failed: \(child.printed)")
        }
        return child.printed
    }

    /// What the program has printed so far.
    var printed: String { (try? readTextFile(output)) ?? "" }

    /// Ends the program, in order where it does so within the limit of its own shutdown; waits for that.
    func stop() {
        kill(id, SIGTERM)
        for _ in 0..<3000 {
            if waitpid(id, nil, WNOHANG) != 0 { return }
            usleep(10_000)
        }
        kill(id, SIGKILL)
        waitpid(id, nil, 0)
    }

    /// Waits for the program's end; nil when a signal ended it.
    private func exitStatus() -> Int32? {
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        return status & 0x7f == 0 ? status >> 8 & 0xff : nil
    }
}
