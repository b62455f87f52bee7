import DaemonTestKit
import TestSupport

/// Metrics as Prometheus reads them.
struct Scrape: Sendable {
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    let text: String
    /// The values by series, such as `swiftvlan_networks{state="ok"}`.
    private let values: [String: Double]
    /// The types by family.
    let types: [String: String]

    init(_ text: String) {
        self.text = text
        let lines = text.split(separator: "\n")
        let samples = lines.filter { !$0.hasPrefix("#") }.compactMap { line in
            line.lastIndex(of: " ").map { (String(line[..<$0]), Double(line[line.index(after: $0)...]) ?? .nan) }
        }
        values = Dictionary(samples, uniquingKeysWith: { _, last in last })
        let heads = lines.filter { $0.hasPrefix("# TYPE ") }.map { $0.split(separator: " ") }
        types = Dictionary(heads.map { (String($0[2]), String($0[3])) }, uniquingKeysWith: { _, last in last })
    }

    /// The value of a series; nil if there is none.
    subscript(_ series: String) -> Double? { values[series] }

    var series: [String] { values.keys.sorted() }

    /// The labels of a family, without a histogram's own `le`.
    func labels(of family: String) -> Set<String> {
        let names = series.filter { series in
            [family, "\(family)_bucket", "\(family)_count"].contains(String(series.prefix { $0 != "{" }))
        }
        let labels = names.flatMap { $0.matches(of: #/([a-z_]+)="/#).map { String($0.1) } }
        return Set(labels).subtracting(["le"])
    }
}

extension DaemonProcess {
    /// Reads the metrics from the control socket, which opens a moment after Docker's.
    func scrape() throws -> Scrape {
        let path = "\(records.runtime)/control.sock"
        var client: HTTPClient?
        _ = eventually {
            client = try? HTTPClient(path: path)
            return client != nil
        }
        guard let client else {
            throw Scrape.Problem(description: "the control socket does not open: \(output)")
        }
        let response = try client.call(Array("GET /metrics HTTP/1.1\r\nHost: swiftvlan\r\n\r\n".utf8))
        guard response.status == 200 else { throw Scrape.Problem(description: response.body) }
        return Scrape(response.body)
    }
}
