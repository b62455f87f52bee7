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

    /// Returns a summary in milliseconds. Throws if the calls took too long.
    func summary(of name: String) throws -> String {
        let times = times.withLock { $0 }
        guard !times.isEmpty else { throw ChaosError("no call of \(name) was measured") }
        let (half, most) = (median(times), quantile(0.99, of: times))
        let text = "\(times.count) \(name) calls, median \(half.text) ms, 99th percentile \(most.text) ms"
        guard most <= Self.limit else { throw ChaosError("calls took too long: \(text)") }
        return text
    }
}
