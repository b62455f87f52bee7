import DaemonTestKit
import Glibc
import TestSupport

/// Makes random calls for a long time without faults. The daemon's memory and descriptors must not grow.
struct Soak: Scenario {
    static let name = "soak"
    static let command = "soak"

    /// The share of samples to drop at the start, while the daemon's memory fills for the first time.
    private static let warmUp = 0.2
    private static let roundSeconds = 10.0
    /// The allowed growth of memory, as a share plus kilobytes, because memory is allocated in large pieces.
    private static let growth = (part: 0.05, kilobytes: 1024.0)
    /// The allowed growth of descriptors, because connections open and close.
    private static let descriptorGrowth = 2.0

    let run: Run

    func perform(_ host: inout Host) throws -> String {
        try run.daemon.start()
        let rounds = Rounds(run)
        let start = ContinuousClock.now
        var samples: [(memory: Double, descriptors: Double)] = []
        repeat {
            let left = run.extent.seconds - (.now - start).seconds
            try rounds.work(for: min(Self.roundSeconds, max(1, left))) { isOver in
                while !isOver() {
                    usleep(250_000)
                    guard let usage = run.daemon.process.usage, let memory = usage.residentKilobytes,
                        let descriptors = usage.openDescriptors
                    else {
                        throw ChaosError("the daemon has ended")
                    }
                    samples.append((Double(memory), Double(descriptors)))
                }
            }
            try rounds.compare(orphanLimit: Self.orphanLimit, &host)
        } while (.now - start).seconds < run.extent.seconds
        try rounds.finish(orphanLimit: Self.orphanLimit, &host)
        try run.daemon.stop()
        return try summary(of: samples)
    }

    private func summary(of samples: [(memory: Double, descriptors: Double)]) throws -> String {
        let warm = samples.dropFirst(Int(Double(samples.count) * Self.warmUp))
        guard warm.count >= 3 else { throw ChaosError("the soak was too short for a comparison") }
        let third = warm.count / 3
        let (first, last) = (warm.prefix(third), warm.suffix(third))
        let memory = (median(first.map(\.memory)), median(last.map(\.memory)))
        let descriptors = (median(first.map(\.descriptors)), median(last.map(\.descriptors)))
        let text =
            "\(run.tally.total.calls) calls; medians of first and last third: memory \((memory.0 / 1024).text) and "
            + "\((memory.1 / 1024).text) MB, descriptors \(Int(descriptors.0)) and \(Int(descriptors.1))"
        guard memory.1 <= memory.0 * (1 + Self.growth.part) + Self.growth.kilobytes,
            descriptors.1 <= descriptors.0 + Self.descriptorGrowth
        else { throw ChaosError("the daemon's memory or descriptors grow: \(text)") }
        return text
    }
}
