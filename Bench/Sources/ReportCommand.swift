import ArgumentParser
import FoundationEssentials
import Glibc
import TestSupport

/// `Bench report`: makes a table, and a line of JSON for keeping, of the figures on its input.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Print the figures on stdin as a table; fail where a goal is missed.")

    @Option(help: "What was measured, as the version control names it.")
    var revision: String

    @Option(help: "The number of processes that wanted to run when the measuring began (/proc/loadavg).")
    var load: Double

    func run() throws {
        var figures: [Figure] = []
        while let line = readLine() { figures.append(try JSONDecoder().decode(Figure.self, from: Data(line.utf8))) }
        guard !figures.isEmpty else { throw BenchError("There are no figures to report.") }

        print(Self.table(of: figures), terminator: "\n\n")
        if load > Double(Self.processors) / 2 {
            print("The machine was busy with other work, a load of \(load.text): times may be long for that alone.")
        }
        print(try summary(of: figures))
        if figures.contains(where: \.isMissed) { throw ExitCode.failure }
    }

    private static var processors: Int { sysconf(Int32(_SC_NPROCESSORS_ONLN)) }

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
        let revision: String
        let kernel: String
        let processors: Int
        let load: Double
        let figures: [String: Double]
        let missed: [String]
    }

    private func summary(of figures: [Figure]) throws -> String {
        let summary = Summary(
            time: time(nil), revision: revision, kernel: figures.first?.kernel ?? "",
            processors: Self.processors, load: load,
            figures: Dictionary(figures.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }),
            missed: figures.filter(\.isMissed).map(\.name))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(summary), as: UTF8.self)
    }
}
