import Synchronization
import TestSupport

/// The times that calls took, gathered by several threads.
final class Latencies: Sendable {
    /// The longest that 99 of 100 calls may take, in milliseconds, whatever goes on: ten times what a machine with many
    /// other programs shows.
    static let limit = 5000.0

    private let times = Mutex<[Double]>([])

    func measure(_ body: () throws -> Void) throws {
        let time = try ContinuousClock().measure(body)
        times.withLock { $0.append(time.milliseconds) }
    }

    /// The figures, in milliseconds; that they are too long is an error.
    func summary(of name: String) throws -> String {
        let times = times.withLock { $0 }
        guard !times.isEmpty else { throw ChaosError("no \(name) was measured") }
        let (half, most) = (median(times), quantile(0.99, of: times))
        let text = "\(name) \(times.count)×, half within \(half.text) ms, 99 of 100 within \(most.text) ms"
        guard most <= Self.limit else { throw ChaosError("too long: \(text)") }
        return text
    }
}
