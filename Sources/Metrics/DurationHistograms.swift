import Synchronization

/// Distributions of durations, one for each of a fixed set of keys.
///
/// Any thread may add a duration; that takes some ten nanoseconds. A duration with another key is left out.
package final class DurationHistograms<Key: Hashable & Sendable>: Sendable {
    private struct Histogram {
        /// The number of durations in each bucket alone; the last one is for those above all bounds.
        var counts: [Int]
        var sum = Duration.zero
    }

    /// The upper bounds of the buckets, in seconds, ascending.
    private let bounds: [Double]
    private let keys: [Key]
    private let histograms: Mutex<[Key: Histogram]>

    package init(_ keys: [Key], bounds: [Double]) {
        self.bounds = bounds.sorted()
        self.keys = keys
        let empty = Histogram(counts: Array(repeating: 0, count: bounds.count + 1))
        histograms = Mutex(Dictionary(keys.map { ($0, empty) }, uniquingKeysWith: { first, _ in first }))
    }

    /// Adds a duration; a bucket includes its upper bound.
    package func add(_ duration: Duration, to key: Key) {
        let seconds = duration / .seconds(1)
        let bucket = bounds.firstIndex { seconds <= $0 } ?? bounds.count
        histograms.withLock {
            $0[key]?.counts[bucket] += 1
            $0[key]?.sum += duration
        }
    }

    /// Returns the buckets, the sum and the count of each key, in the order of the keys.
    ///
    /// The buckets are cumulative, and the last one has the bound `+Inf`, as Prometheus wants them.
    package func samples(_ labels: (Key) -> [MetricFamily.Label]) -> [MetricFamily.Sample] {
        let histograms = histograms.withLock { $0 }
        return keys.flatMap { key in histograms[key].map { samples(of: $0, labels(key)) } ?? [] }
    }

    private func samples(of histogram: Histogram, _ labels: [MetricFamily.Label]) -> [MetricFamily.Sample] {
        var samples: [MetricFamily.Sample] = []
        var total = 0
        for (bound, count) in zip(bounds + [.infinity], histogram.counts) {
            total += count
            samples.append(
                MetricFamily.Sample(
                    suffix: "_bucket", labels: labels + [MetricFamily.Label("le", MetricNumber(bound).text)],
                    value: Double(total)))
        }
        samples.append(MetricFamily.Sample(suffix: "_sum", labels: labels, value: histogram.sum / .seconds(1)))
        samples.append(MetricFamily.Sample(suffix: "_count", labels: labels, value: Double(total)))
        return samples
    }
}
