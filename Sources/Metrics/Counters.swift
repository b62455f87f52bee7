import Synchronization

/// Counts events, one count for each of a fixed set of keys.
///
/// The set bounds the memory and the number of time series, whatever happens: an event with another key is not counted.
/// Any thread may count; that takes some ten nanoseconds.
package final class Counters<Key: Hashable & Sendable>: Sendable {
    private let keys: [Key]
    private let counts: Mutex<[Key: Int]>

    /// Creates counts of 0, so that the first event is an increase that `rate()` sees.
    package init(_ keys: [Key]) {
        self.keys = keys
        counts = Mutex(Dictionary(keys.map { ($0, 0) }, uniquingKeysWith: { first, _ in first }))
    }

    /// Counts an event.
    package func count(_ key: Key) { counts.withLock { $0[key]? += 1 } }

    package subscript(_ key: Key) -> Int { counts.withLock { $0[key] ?? 0 } }

    /// Returns the counts as samples, in the order of the keys.
    package func samples(_ labels: (Key) -> [MetricFamily.Label]) -> [MetricFamily.Sample] {
        let counts = counts.withLock { $0 }
        return keys.map { MetricFamily.Sample(labels: labels($0), value: Double(counts[$0] ?? 0)) }
    }
}
