import DaemonTestKit
import FoundationEssentials
import Metrics
import TestSupport
import Testing

@testable import swiftvlan

/// The metrics that a document mentions must be those that the daemon has.
@Suite("Documents that name metrics")
struct MetricsDocumentTests {
    /// A family as a document shows it.
    private struct Row: Hashable {
        let name: String
        let kind: String
        let labels: [String]
        let help: String

        init(_ family: MetricFamily) {
            var labels: [String] = []
            for label in family.samples.flatMap(\.labels) where label.name != "le" && !labels.contains(label.name) {
                labels.append(label.name)
            }
            (name, kind, help, self.labels) = (family.name, family.kind.rawValue, family.help, labels)
        }

        /// Reads a line of a table: name, type, labels, meaning.
        init?(_ line: Substring) {
            let cells = line.split(separator: " | ").map { $0.trimming { $0 == " " || $0 == "|" } }
            guard cells.count == 4, cells[0].hasPrefix("`") else { return nil }
            name = cells[0].filter { $0 != "`" }
            kind = cells[1]
            labels = cells[2].matches(of: #/`([a-z]+)`/#).map { String($0.1) }
            help = cells[3]
        }
    }

    static func document(_ path: String) throws -> String {
        try readTextFile(#filePath.dropLast("Tests/DaemonTests/MetricsDocumentTests.swift".count) + path)
    }

    private static let families = MetricsReport.sample.families + ProcessFamilies.read()
    private static let sample = Scrape(String(decoding: Exposition(families).bytes, as: UTF8.self))

    @Test("The table of metrics lists every family with its type, labels and meaning")
    func table() throws {
        let section = try #require(try Self.document("docs/observability.md").firstRange(of: "\n## Metrics\n"))
        let text = try Self.document("docs/observability.md")[section.upperBound...]
        let end = text.firstRange(of: "\n## ")?.lowerBound ?? text.endIndex
        #expect(text[..<end].split(separator: "\n").compactMap(Row.init) == Self.families.map(Row.init))
    }

    @Test("The output of a running daemon has exactly the families of the table")
    func daemon() async throws {
        try await DaemonProcess.with { daemon in
            let types = try daemon.scrape().types
            let expected = Dictionary(uniqueKeysWithValues: Self.families.map { ($0.name, $0.kind.rawValue) })
            // Without networks, it has no links of the host.
            #expect(types == expected.filter { $0.key != "swiftvlan_host_link_up" })
        }
    }

    /// What is wrong with the metrics and labels of a query; Prometheus adds some of its own.
    private func mistakes(in query: String) -> [String] {
        let added: Set = ["instance", "job", "le"]
        var mistakes: [String] = []
        var labels: Set<String> = []
        for metric in query.matches(of: #/\b(swiftvlan_\w+|process_\w+|up\b)(?:\{([^}]*)\})?/#) {
            let name = String(metric.1)
            let stems = ["_bucket", "_sum", "_count"].filter(name.hasSuffix).map { String(name.dropLast($0.count)) }
            let family = stems.first { Self.sample.types[$0] == "histogram" } ?? name
            if Self.sample.types[family] == nil, name != "up" { mistakes.append("there is no metric \(name)") }
            let known = Self.sample.labels(of: family)
            labels.formUnion(known)
            for matcher in (metric.2 ?? "").matches(of: #/(\w+)(=~|!~|!=|=)"([^"]*)"/#) {
                let (label, value) = (String(matcher.1), String(matcher.3))
                if added.contains(label) { continue }
                guard known.contains(label) else {
                    mistakes.append("\(name) has no label \(label)")
                    continue
                }
                for value in value.split(separator: "|") {
                    let text = "\(label)=\"\(value)\""
                    let exists = Self.sample.series.contains { $0.hasPrefix(family) && $0.contains(text) }
                    if !exists { mistakes.append("\(name) has no \(text)") }
                }
            }
        }
        for list in query.matches(of: #/\b(?:by|on|without) \(([^)]*)\)/#) {
            for label in list.1.split(separator: ", ").map(String.init)
            where !labels.contains(label) && !added.contains(label) {
                mistakes.append("there is no label \(label) to group by")
            }
        }
        return mistakes
    }

    @Test("A query with a wrong metric, label or value is recognized")
    func recognition() {
        #expect(mistakes(in: #"sum by (state) (swiftvlan_networks{state=~"ok|blocked"})"#).isEmpty)
        #expect(mistakes(in: #"rate(swiftvlan_call_duration_seconds_bucket{le="1"}[5m])"#).isEmpty)
        #expect(mistakes(in: "swiftvlan_network") == ["there is no metric swiftvlan_network"])
        #expect(mistakes(in: #"swiftvlan_networks{stat="ok"}"#) == ["swiftvlan_networks has no label stat"])
        #expect(mistakes(in: #"swiftvlan_networks{state="fine"}"#) == [#"swiftvlan_networks has no state="fine""#])
        #expect(mistakes(in: "sum by (kind) (swiftvlan_networks)") == ["there is no label kind to group by"])
    }

    @Test("Every query of the dashboard uses metrics and labels that exist, and every family is on it")
    func dashboard() throws {
        struct Dashboard: Decodable {
            struct Panel: Decodable {
                struct Target: Decodable { let expr: String }
                let title: String
                let description: String?
                let targets: [Target]?
            }
            let schemaVersion: Int
            let panels: [Panel]
        }
        let text = try Self.document("docs/grafana.json")
        let dashboard = try JSONDecoder().decode(Dashboard.self, from: Data(text.utf8))
        let queries = dashboard.panels.flatMap { $0.targets ?? [] }.map(\.expr)
        #expect(queries.count > 20)
        for query in queries { #expect(mistakes(in: query).isEmpty, "\(query)") }
        let absent = Self.families.map(\.name).filter { name in
            name.hasPrefix("swiftvlan_") && !queries.contains { $0.contains(name) }
        }
        #expect(absent.isEmpty)
    }

    @Test("Every alert uses metrics and labels that exist, and the page lists it")
    func alerts() throws {
        let text = try Self.document("docs/alerts.yaml")
        let page = try Self.document("docs/observability.md")
        let rules = text.split(separator: "- alert: ").dropFirst()
        #expect(rules.count > 5)
        for rule in rules {
            let name = rule.prefix { $0 != "\n" }
            #expect(page.contains("\n| `\(name)` |"), "\(name)")
            let query = try #require(rule.firstMatch(of: #/expr: ((?:.|\n)*?)\n +(?:for|labels):/#)).1
            #expect(mistakes(in: String(query)).isEmpty, "\(name): \(query)")
        }
        let listed = page.matches(of: #/\n\| `(Swiftvlan\w+)` \|/#).map { String($0.1) }
        #expect(listed == rules.map { String($0.prefix { $0 != "\n" }) })
    }
}

extension String.SubSequence {
    fileprivate func trimming(_ isRemoved: (Character) -> Bool) -> String {
        var text = drop(while: isRemoved)
        while let last = text.last, isRemoved(last) { text = text.dropLast() }
        return String(text)
    }
}
