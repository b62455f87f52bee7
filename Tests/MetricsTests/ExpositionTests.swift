import Testing

@testable import Metrics

@Suite("Prometheus's text format")
struct ExpositionTests {
    private func text(_ families: MetricFamily...) -> String {
        String(decoding: Exposition(families).bytes, as: UTF8.self)
    }

    @Test("A family has its help, its type, and one line for each sample")
    func family() {
        let calls = MetricFamily(
            "calls_total", .counter, help: "Calls.",
            samples: [
                MetricFamily.Sample(labels: [.init("method", "Join"), .init("result", "ok")], value: 3),
                MetricFamily.Sample(labels: [.init("method", "Leave"), .init("result", "ok")], value: 0),
            ])
        let memory = MetricFamily("memory_bytes", .gauge, help: "Memory.", samples: [.init(value: 1_048_576)])
        #expect(
            text(calls, memory) == """
                # HELP calls_total Calls.
                # TYPE calls_total counter
                calls_total{method="Join",result="ok"} 3
                calls_total{method="Leave",result="ok"} 0
                # HELP memory_bytes Memory.
                # TYPE memory_bytes gauge
                memory_bytes 1048576

                """)
    }

    @Test("A family without samples is left out")
    func empty() {
        #expect(text(MetricFamily("nothing", .gauge, help: "Nothing.", samples: [])) == "")
    }

    @Test("Backslashes and line feeds are escaped in help texts, and quotes too in labels")
    func escaping() {
        let text = text(
            MetricFamily(
                "x", .gauge, help: "A \\ and\na \"quote\".",
                samples: [.init(labels: [.init("link", "a\"b\\c\nd\r\ne")], value: 1)]))
        let lines = text.unicodeScalars.split(separator: "\n").map { String($0) }
        let sample = #"x{link="a\"b\\c\nd"# + "\r" + #"\ne"} 1"#
        #expect(lines == [#"# HELP x A \\ and\na "quote"."#, "# TYPE x gauge", sample])
    }

    @Test(
        "Numbers have no exponent",
        arguments: [
            (0, "0"), (3, "3"), (-2, "-2"), (0.5, "0.5"), (0.1, "0.1"), (1_764_376_754.25, "1764376754.25"),
            (1e-5, "0.00001"), (2.5e-7, "0.00000025"), (-1.5e-7, "-0.00000015"), (1e16, "10000000000000000"),
            (1e20, "100000000000000000000"), (1.25e20, "125000000000000000000"),
            (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
        ] as [(Double, String)])
    func numbers(_ value: Double, _ text: String) {
        #expect(MetricNumber(value).text == text)
    }

    @Test("A number that is read again is the same", arguments: [1.0 / 3, 1e-300, 1.7e308, 123456.789e-12])
    func roundTrip(_ value: Double) {
        let text = MetricNumber(value).text
        #expect(Double(text) == value)
        #expect(!text.contains("e"))
    }
}
