import Testing

@testable import Metrics

@Suite("Counters and histograms")
struct CountingTests {
    private func text(_ kind: MetricFamily.Kind, _ samples: [MetricFamily.Sample]) -> [String] {
        let bytes = Exposition([MetricFamily("x", kind, help: "X.", samples: samples)]).bytes
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").dropFirst(2).map(String.init)
    }

    @Test("Counts start at 0, and keys that were not declared are not counted")
    func counters() {
        let counters = Counters(["b", "a"])
        for key in ["a", "c", "a"] { counters.count(key) }
        #expect(text(.counter, counters.samples { [.init("key", $0)] }) == [#"x{key="b"} 0"#, #"x{key="a"} 2"#])
        #expect(counters["a"] == 2)
        #expect(counters["c"] == 0)
    }

    @Test("A histogram's buckets are cumulative, include their bounds and end with +Inf")
    func histogram() {
        let histograms = DurationHistograms(["a"], bounds: [0.001, 0.5, 10])
        for milliseconds in [1, 2, 500, 501, 60_000] { histograms.add(.milliseconds(milliseconds), to: "a") }
        histograms.add(.seconds(1), to: "other")
        #expect(
            text(.histogram, histograms.samples { [.init("key", $0)] }) == [
                #"x_bucket{key="a",le="0.001"} 1"#, #"x_bucket{key="a",le="0.5"} 3"#,
                #"x_bucket{key="a",le="10"} 4"#, #"x_bucket{key="a",le="+Inf"} 5"#, #"x_sum{key="a"} 61.004"#,
                #"x_count{key="a"} 5"#,
            ])
    }

    @Test("Several threads count without losing an event")
    func threads() async {
        let counters = Counters([1])
        let histograms = DurationHistograms([1], bounds: [1])
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1000 {
                        counters.count(1)
                        histograms.add(.milliseconds(1), to: 1)
                    }
                }
            }
        }
        #expect(counters[1] == 8000)
        #expect(text(.histogram, histograms.samples { _ in [] }).last == "x_count 8000")
    }
}
