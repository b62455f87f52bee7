import DaemonTestKit
import Glibc
import TestSupport

/// Measures the start and the memory of an idle daemon.
enum IdleDaemon {
    private static let starts = 10

    static func measure(_ fixture: BenchFixture) throws {
        progress("Measuring \(starts) starts")
        var (startTimes, nothingTimes, memory): ([Double], [Double], [Double]) = ([], [], [])
        let clock = ContinuousClock()
        let daemon = try fixture.makeDaemon()
        for _ in 0..<starts {
            nothingTimes.append(try clock.measure { try fixture.run(["true"]) }.milliseconds)
            let start = clock.now
            try daemon.startAnswering()
            startTimes.append((clock.now - start).milliseconds)
            // The daemon has answered. It becomes idle in less time than this.
            usleep(100_000)
            memory.append(try daemon.residentMegabytes)
            try daemon.stop()
        }
        try Figure(
            "start", "time from start to first answer", median(startTimes), .milliseconds,
            note: "the command \"true\" takes \(median(nothingTimes).text) ms"
        ).emit()
        try Figure(
            "memory.idle", "memory of the idle daemon", median(memory), .megabytes, goal: 20,
            note: "\(starts) starts, maximum \(quantile(1, of: memory).text) MB"
        ).emit()
    }
}
