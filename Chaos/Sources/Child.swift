import Glibc
import ServerTestKit
import TestSupport

/// A program that runs beside the harness, and not longer than it.
final class Child: Sendable {
    let id: pid_t

    /// Starts a program; what it prints is added to the file. The thread that does so must not end before the program.
    init(_ command: [String], environment added: [String: String], output: String) throws {
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        id = try startTied(
            command, environment: added.merging(["PATH": path]) { $1 }, output: output, isAppended: true)
    }

    /// How the program ended, as a shell has it: its status, or 128 and the number of a signal; nil while it runs. What
    /// is returned once is not returned again.
    func ended() -> Int32? {
        var status: Int32 = 0
        guard waitpid(id, &status, WNOHANG) == id else { return nil }
        let signal = status & 0x7f
        return signal == 0 ? status >> 8 & 0xff : 128 + signal
    }

    /// What it takes up of the machine.
    var usage: ProcessUsage { ProcessUsage(of: id) }
}
