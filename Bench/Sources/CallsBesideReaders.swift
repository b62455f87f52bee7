import DaemonTestKit
import Glibc
import TestSupport

/// Compares the lives of endpoints without readers and beside one that asks for status and metrics once a second.
///
/// Rounds without and with the reader take turns, so that other load on the machine affects both alike. Neighbors are
/// compared, and the median of their ratios counts. The rounds without it are compared among themselves too: the
/// difference is noise.
struct CallsBesideReaders {
    private static let pairs = 24
    private static let roundLength = Duration.seconds(2)
    /// The most by which readers may slow down calls: 5 %, and as much again for the noise of a busy machine.
    private static let goal = 1.1
    /// The same for the mean, which the reads of the kernel's links move: calls wait for them.
    private static let meanGoal = 1.2

    let fixture: BenchFixture
    let daemon: DaemonProcess
    let socket: String

    /// The times of lives in one round, in milliseconds.
    private struct Round {
        let times: [Double]

        var half: Double { median(times) }
        var mean: Double { times.reduce(0, +) / Double(times.count) }
    }

    func measure() throws {
        progress("Measuring calls beside readers, \(Self.pairs) pairs of rounds")
        let connection = try daemon.connect()
        var number = StatusCommand.endpoints
        _ = try round(from: &number, connection)
        var (alone, beside): ([Round], [Round]) = ([], [])
        for _ in 0..<Self.pairs {
            alone.append(try round(from: &number, connection))
            beside.append(try withReader { try round(from: &number, connection) })
        }
        let pairs = Array(zip(alone, beside))
        let noise = zip(alone, alone.dropFirst()).map { $1.half / $0.half }
        try Figure(
            "status.calls", "  calls of an endpoint beside status and metrics once a second",
            median(pairs.map { $1.half / $0.half }), .ratio, goal: Self.goal,
            note: "\(median(beside.map(\.half)).text) ms, without \(median(alone.map(\.half)).text) ms; "
                + "noise \(median(noise).text), p90 \(quantile(0.9, of: noise).text)"
        ).emit()
        try Figure(
            "status.calls.mean", "    the mean of all calls", median(pairs.map { $1.mean / $0.mean }), .ratio,
            goal: Self.meanGoal,
            note: "\(median(beside.map(\.mean)).text) ms, without \(median(alone.map(\.mean)).text) ms"
        ).emit()
    }

    private func withReader(_ body: () throws -> Round) throws -> Round {
        let paths = ["/v1/status", "/metrics"].map { "-o /dev/null http://localhost\($0)" }.joined(separator: " ")
        let asking = "while curl -sSf --unix-socket \(socket) \(paths); do sleep 1; done"
        let reader = try ChildProcess(["bash", "-c", asking], output: fixture.file("reader"))
        let result = try body()
        reader.signal(SIGTERM)
        guard reader.exitStatus() == 128 + SIGTERM else { throw ProcessError("No answer: \(reader.output)") }
        return result
    }

    /// Creates and removes endpoints, one after the other, for one round.
    private func round(from number: inout Int, _ connection: HTTPClient) throws -> Round {
        let clock = ContinuousClock()
        let end = clock.now + Self.roundLength
        var times: [Double] = []
        while clock.now < end {
            let network = number % StatusCommand.networks
            let address = "\(StatusCommand.subnet(network)).99/24"
            let requests = Calls.life(of: number, in: network, address: address)
            times.append(
                try clock.measure {
                    for request in requests { try connection.succeed(request) }
                }.milliseconds)
            number += 1
        }
        return Round(times: times)
    }
}
