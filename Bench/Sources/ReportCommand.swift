import ArgumentParser
import FoundationEssentials
import Glibc

/// `Bench report`: makes a table, and a line of JSON for keeping, of the figures on its input.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Print the figures on stdin as a table; fail where a goal is missed.")

    func run() throws {
        var figures: [Figure] = []
        while let line = readLine() { figures.append(try JSONDecoder().decode(Figure.self, from: Data(line.utf8))) }
        guard !figures.isEmpty else { throw BenchError("There are no figures to report.") }

        print(Self.table(of: figures), terminator: "\n\n")
        print(try Self.summary(of: figures))
        if figures.contains(where: \.isMissed) { throw ExitCode.failure }
    }

    private static func table(of figures: [Figure]) -> String {
        let width = figures.map(\.title.count).max() ?? 0
        let head = [padded("figure", width), right("goal", 10), right("got", 10), padded("", 6), "made of"]
        let rows = figures.map { figure in
            let verdict = figure.goal == nil ? "" : figure.isMissed ? "MISSED" : "met"
            return [
                padded(figure.title, width), right(figure.goal.map { "≤ " + value($0, figure.unit) } ?? "", 10),
                right(value(figure.value, figure.unit), 10), padded(verdict, 6), figure.note,
            ]
        }
        return ([head] + rows).map { $0.joined(separator: "  ") }.joined(separator: "\n")
    }

    private static func value(_ value: Double, _ unit: Figure.Unit) -> String {
        unit == .ratio ? value.text : "\(value.text) \(unit.rawValue)"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// The figures by name, and the machine that they are of.
    private struct Summary: Encodable {
        let time: Int
        let kernel: String
        let processors: Int
        let figures: [String: Double]
        let missed: [String]
    }

    private static func summary(of figures: [Figure]) throws -> String {
        var system = utsname()
        uname(&system)
        let kernel = withUnsafeBytes(of: system.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let summary = Summary(
            time: time(nil), kernel: kernel, processors: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))),
            figures: Dictionary(figures.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }),
            missed: figures.filter(\.isMissed).map(\.name))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(summary), as: UTF8.self)
    }
}
