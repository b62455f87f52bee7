import ArgumentParser
import DaemonTestKit
import FoundationEssentials
import Glibc
import TestSupport

/// `Bench report`: prints the figures from stdin as a table.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Print the figures from stdin as a table. Fails if a goal is missed.")

    @Option(help: "The load average at the start of the measurement (/proc/loadavg).")
    var load: Double

    @Option(help: "A file with the figures of an older program to compare with. Goals are ignored then.")
    var baseline: String?

    func run() throws {
        var lines: [String] = []
        while let line = readLine() { lines.append(line) }
        let figures = try lines.map(Self.figure)
        guard !figures.isEmpty else { throw ProcessError("The input contains no figures.") }

        if let baseline {
            let old = try readTextFile(baseline).split(separator: "\n").filter { $0.hasPrefix("{") }.map(Self.figure)
            Self.printComparison(old, figures)
        } else {
            Self.printTable(
                [["measurement", "goal", "result", "", "details"]] + figures.map(Self.row),
                details: figures.map(\.details))
        }
        if load > Double(sysconf(Int32(_SC_NPROCESSORS_ONLN))) / 2 {
            print("\nThe machine was busy with other work (load \(load.text)), so the times may be too long.")
        }
        if baseline == nil, figures.contains(where: \.isMissed) { throw ExitCode.failure }
    }

    private static func figure(_ line: some StringProtocol) throws -> Figure {
        try JSONDecoder().decode(Figure.self, from: Data(line.utf8))
    }

    private static func row(_ figure: Figure) -> [String] {
        let verdict = figure.goal == nil ? "" : figure.isMissed ? "MISSED" : "met"
        return [
            figure.title, figure.goal.map { "≤ " + value($0, figure.unit) } ?? "", value(figure.value, figure.unit),
            verdict, figure.note,
        ]
    }

    /// Prints the median, minimum and maximum of each figure's runs.
    private static func printComparison(_ old: [Figure], _ new: [Figure]) {
        let (before, after) = (Dictionary(grouping: old, by: \.name), Dictionary(grouping: new, by: \.name))
        var rows = [["measurement", "old", "new", "new / old", "old runs", "new runs"]]
        var details: [[String]] = []
        var names: Set<String> = []
        for figure in old where after[figure.name] != nil && names.insert(figure.name).inserted {
            let runs = [before, after].map { $0[figure.name, default: []].map(\.value) }
            let medians = runs.map(median)
            let ratio = medians[0] == 0 ? "" : (medians[1] / medians[0]).text
            let spreads = runs.map {
                "\(value(quantile(0, of: $0), figure.unit)) to \(value(quantile(1, of: $0), figure.unit))"
            }
            rows.append([figure.title] + medians.map { value($0, figure.unit) } + [ratio] + spreads)
            let now = after[figure.name]?.first?.details ?? []
            details.append(now == figure.details ? now : ["old:"] + figure.details + ["new:"] + now)
        }
        printTable(rows, details: details)
    }

    /// Prints a table whose first and last columns are left-aligned, with details below each row except the header.
    private static func printTable(_ rows: [[String]], details: [[String]]) {
        let last = rows[0].count - 1
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        for (row, details) in zip(rows, [[]] + details) {
            let cells = row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column == last ? cell : column == 0 ? cell + space : space + cell
            }
            print(cells.joined(separator: "  "))
            for detail in details { print("    \(detail)") }
        }
    }

    private static func value(_ value: Double, _ unit: Figure.Unit) -> String {
        switch unit {
        case .ratio: value.text
        case .requests: "\(Int(value))"
        default: "\(value.text) \(unit.rawValue)"
        }
    }
}
