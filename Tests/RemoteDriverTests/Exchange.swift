import DriverCore
import DriverTestKit
import Logging
import RemoteDriver
import Testing

/// A call from Docker and its answer.
struct Exchange: Sendable {
    let path: String
    /// The JSON that Docker sends.
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

/// The calls of one Docker version that creates networks and starts containers.
struct Conversation: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let exchanges: [Exchange]

    init(_ description: String, _ exchanges: [Exchange]) {
        testDescription = description
        self.exchanges = exchanges
    }
}

func newDriver(_ host: FakeHost = .usual()) throws -> Driver { try Driver(host: host, store: MemoryStore()) }

extension Logger {
    /// A logger that discards everything.
    static var none: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

/// The immediate result of a call.
struct Outcome {
    let status: Int
    let body: [UInt8]
    let removals: [LinkRemoval]
    let retry: RetryReason?
}

extension Driver {
    /// Decodes, carries out and answers a call.
    mutating func answer(path: String, body: [UInt8], logger: Logger = .none) -> Outcome {
        let result = result(path: path, body: body)
        let answer = result.answer(logger: logger)
        return Outcome(
            status: answer.status, body: answer.body, removals: result.removals, retry: result.retry)
    }

    /// Makes the call of an exchange and compares the answer.
    mutating func expect(_ exchange: Exchange, sourceLocation: SourceLocation = #_sourceLocation) {
        let answer = answer(path: exchange.path, body: Array(exchange.request.utf8))
        #expect(
            String(decoding: answer.body, as: UTF8.self) == exchange.answer, "\(exchange.path)",
            sourceLocation: sourceLocation)
        #expect(answer.status == exchange.status, "\(exchange.path)", sourceLocation: sourceLocation)
    }
}
