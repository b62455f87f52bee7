import DaemonTestKit
import Glibc
import TestSupport

/// A daemon that has nothing to do yet.
enum IdleDaemon {
    private static let starts = 10

    static func measure(_ fixture: BenchFixture) throws {
        progress("Starts, \(starts) of them")
        var (startTimes, nothingTimes, memory): ([Double], [Double], [Double]) = ([], [], [])
        let clock = ContinuousClock()
        let daemon = try fixture.makeDaemon()
        for _ in 0..<starts {
            nothingTimes.append(try clock.measure { try fixture.run(["true"]) }.milliseconds)
            let start = clock.now
            try daemon.startAnswering()
            startTimes.append((clock.now - start).milliseconds)
            // It has answered; what it still does to become idle takes less than this.
            usleep(100_000)
            memory.append(try daemon.residentMegabytes)
            try daemon.stop()
        }
        try Figure(
            "start", "start to the first answer", median(startTimes), .milliseconds,
            note: "running \"true\" \(median(nothingTimes).text) ms"
        ).emit()
        try Figure(
            "memory.idle", "memory of the idle daemon", median(memory), .megabytes, goal: 20,
            note: "\(starts) starts, at most \(quantile(1, of: memory).text) MB"
        ).emit()
    }
}
