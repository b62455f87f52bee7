import ArgumentParser
import Configuration

/// Why the daemon cannot serve, in one line that fits into an answer and into systemd's status.
struct RefusalReason: CustomStringConvertible {
    /// The kernel passes on no more than 128 KiB in one variable of the environment (execve(2)); nobody reads more than
    /// a few lines.
    private static let limit = 2000

    let description: String

    init(_ error: any Error) {
        self.init(lines: (error as? ConfigurationError)?.messages ?? [Swiftvlan.message(for: error)])
    }

    /// Names the first of several reasons: each has a sentence of its own.
    init(lines: [String]) {
        let texts = lines.flatMap { $0.split(separator: "\n") }.map { LogLine(of: String($0)).text }
        let first = String((texts.first ?? "for an unknown reason").prefix(Self.limit))
        let others = texts.count - 1
        let rest = others > 0 ? " (and \(others) more \(others == 1 ? "problem" : "problems"))" : ""
        description = first + rest
    }
}
