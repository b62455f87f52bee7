/// Metric families in Prometheus's text format, version 0.0.4.
///
/// Written by hand: the format is a page long (prometheus.io/docs/instrumenting/exposition_formats), and a library would add
/// a global registry. `promtool check metrics` reads the result in a test.
package struct Exposition {
    /// The media type of the format.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    package private(set) var bytes: [UInt8] = []

    /// Writes the families in their order; a family without samples is left out.
    package init(_ families: [MetricFamily]) {
        for family in families where !family.samples.isEmpty { write(family) }
    }

    private mutating func write(_ family: MetricFamily) {
        append("# HELP \(family.name) \(Self.escaped(family.help, quotes: false))\n")
        append("# TYPE \(family.name) \(family.kind.rawValue)\n")
        for sample in family.samples {
            append(family.name)
            append(sample.suffix)
            write(sample.labels)
            append(" \(MetricNumber(sample.value).text)\n")
        }
    }

    private mutating func write(_ labels: [MetricFamily.Label]) {
        guard !labels.isEmpty else { return }
        let texts = labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }
        append("{\(texts.joined(separator: ","))}")
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Escapes the characters that would end a help text or a label's value.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        // By scalars: "\r\n" is one character.
        guard text.unicodeScalars.contains(where: { $0 == "\\" || $0 == "\n" || $0 == "\"" }) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result.append(contentsOf: #"\\"#.unicodeScalars)
            case "\n": result.append(contentsOf: #"\n"#.unicodeScalars)
            case "\"" where quotes: result.append(contentsOf: #"\""#.unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
