import Synchronization
import TestSupport

/// The latencies of calls, collected by several threads.
final class Latencies: Sendable {
    /// The limit for the 99th percentile, in milliseconds: ten times what a busy machine shows.
    static let limit = 5000.0

    private let times = Mutex<[Double]>([])

    func measure(_ body: () throws -> Void) throws {
        let time = try ContinuousClock().measure(body)
        times.withLock { $0.append(time.milliseconds) }
    }

    /// The latencies in milliseconds; throws if they are too long.
    func summary(of name: String) throws -> String {
        let times = times.withLock { $0 }
        guard !times.isEmpty else { throw ChaosError("no \(name) was measured") }
        let (half, most) = (median(times), quantile(0.99, of: times))
        let text = "\(name) \(times.count)×, half within \(half.text) ms, 99 of 100 within \(most.text) ms"
        guard most <= Self.limit else { throw ChaosError("too long: \(text)") }
        return text
    }
}
