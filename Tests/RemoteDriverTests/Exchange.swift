import DriverCore
import DriverTestKit
import Logging
import RemoteDriver
import Testing

/// One call of an engine's, and the answer to it.
struct Exchange: Sendable {
    let path: String
    /// The JSON that the engine sends, without the spaces that stand in the test for its reader.
    let request: String
    let answer: String
    let status: Int

    init(_ method: String, _ request: String = "", answers answer: String = "{}", status: Int = 200) {
        path = method.hasPrefix("/") ? method : "/NetworkDriver.\(method)"
        self.request = request
        self.answer = answer
        self.status = status
    }
}

/// A host on which an engine creates networks and starts containers.
struct Conversation: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let exchanges: [Exchange]

    init(_ description: String, _ exchanges: [Exchange]) {
        testDescription = description
        self.exchanges = exchanges
    }
}

func newDriver(_ host: FakeHost = .usual()) throws -> Driver {
    try Driver(host: host, store: MemoryStore())
}

extension Logger {
    /// One that nobody reads.
    static var none: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

/// What came of a call, at once.
struct Outcome {
    let status: Int
    let body: [UInt8]
    let removals: [LinkRemoval]
    let retry: RetryReason?
}

extension Driver {
    /// Reads, carries out and answers a call.
    mutating func answer(path: String, body: [UInt8], logger: Logger = .none) -> Outcome {
        let result = result(path: path, body: body)
        let answer = result.answer(logger: logger)
        return Outcome(
            status: answer.status, body: answer.body, removals: result.removals, retry: result.retry)
    }

    /// Carries out an exchange's call and compares.
    mutating func expect(_ exchange: Exchange, sourceLocation: SourceLocation = #_sourceLocation) {
        let answer = answer(path: exchange.path, body: Array(exchange.request.utf8))
        #expect(
            String(decoding: answer.body, as: UTF8.self) == exchange.answer, "\(exchange.path)",
            sourceLocation: sourceLocation)
        #expect(answer.status == exchange.status, "\(exchange.path)", sourceLocation: sourceLocation)
    }
}
