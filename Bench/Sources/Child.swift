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
        id = try startTied(command, output: output)
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
