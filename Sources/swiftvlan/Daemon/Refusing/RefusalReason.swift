import ArgumentParser
import Configuration

/// The reason why the daemon cannot serve, in one line that fits into an answer and into systemd's status.
struct RefusalReason: CustomStringConvertible {
    /// The maximum length in characters. The kernel passes at most 128 KiB in one environment variable (execve(2)), and
    /// more than a few lines are of no use to a reader.
    private static let limit = 2000

    let description: String

    init(_ error: any Error) {
        self.init(lines: (error as? ConfigurationError)?.messages ?? [Swiftvlan.message(for: error)])
    }

    /// Shows the first of several reasons and counts the others.
    init(lines: [String]) {
        let texts = lines.flatMap { $0.split(separator: "\n") }.map { LogLine(of: String($0)).text }
        let first = String((texts.first ?? "for an unknown reason").prefix(Self.limit))
        let others = texts.count - 1
        let rest = others > 0 ? " (and \(others) more \(others == 1 ? "problem" : "problems"))" : ""
        description = first + rest
    }
}
