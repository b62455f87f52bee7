import DaemonTestKit
import TestSupport

/// Measures calls that change nothing, on a persistent connection.
enum CallTimes {
    private static let callsPerBlock = 500
    private static let warmUp = 200

    static func measure(_ daemon: DaemonProcess, _ answers: ConstantAnswers, blocks: Int) throws {
        progress("Measuring \(blocks * callsPerBlock) calls of each kind")
        let information = Calls.operationalInfo(0, in: 0)
        let kinds = [
            (connection: try HTTPClient(path: answers.socket), request: information),
            (connection: try daemon.connect(), request: information),
            (connection: try daemon.connect(), request: Calls.capabilities),
        ]
        var times: [[Double]] = [[], [], []]
        var processor = [0.0, 0.0, 0.0]
        for kind in kinds { _ = try time(warmUp, kind.request, on: kind.connection) }
        for _ in 0..<blocks {
            for (number, kind) in kinds.enumerated() {
                let start = try daemon.processorTime
                times[number] += try time(callsPerBlock, kind.request, on: kind.connection)
                processor[number] += (try daemon.processorTime - start).microseconds
            }
        }
        let reference = times[0]
        try emit("call.EndpointOperInfo", "EndpointOperInfo", times[1], processor[1], reference)
        try emit("call.GetCapabilities", "GetCapabilities", times[2], processor[2], reference)
    }

    private static func emit(
        _ name: String, _ title: String, _ times: [Double], _ processor: Double, _ reference: [Double]
    ) throws {
        let half = median(times)
        let answers = "reference \(median(reference).text) µs, p99 \(quantile(0.99, of: reference).text) µs"
        try Figure(
            "\(name).p50", "\(title) call, median", half, .microseconds, goal: 100,
            note: "\((half / median(reference)).text) times the constant-answer reference; \(answers)"
        ).emit()
        try Figure(
            "\(name).p99", "  99th percentile", quantile(0.99, of: times), .microseconds,
            note: "\(times.count) calls, \((processor / Double(times.count)).text) µs of processor time each"
        ).emit()
    }

    private static func time(_ count: Int, _ request: [UInt8], on connection: HTTPClient) throws -> [Double] {
        let clock = ContinuousClock()
        return try (0..<count).map { _ in try clock.measure { try connection.succeed(request) }.microseconds }
    }
}
