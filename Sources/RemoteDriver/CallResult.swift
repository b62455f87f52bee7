package import DriverCore
package import Logging

/// A call that can be carried out, as often as something is in its way that may go by itself.
package struct DriverCall: Sendable {
    package let path: String
    private let work: @Sendable (inout Driver) -> CallResult

    init<Call: RemoteCall>(_ path: String, _ call: Call.Type, _ arguments: Call.Arguments) {
        self.path = path
        work = { driver in
            var result: CallResult
            do throws(DriverError) {
                let answer = try call.carryOut(arguments, &driver)
                result = CallResult(path, .value(answer.body), arguments.metadata)
                result.removals = answer.removals
                result.event = call.event
                result.warning = answer.warning
            } catch {
                // Status 200: Docker then shows the sentence alone, and not the call's name before it.
                result = CallResult(path, .refusal(error.message), arguments.metadata)
                result.status = error.retry?.removal == nil ? 200 : 503
                result.retry = error.retry
                result.removals = error.retry?.removal.map { [$0] } ?? []
            }
            result.notices = driver.takeNotices()
            result.hasPendingRemovals = driver.hasPendingRemovals
            return result
        }
    }

    package func carryOut(_ driver: inout Driver) -> CallResult { work(&driver) }
}

/// What came of a call; its answer is still to be written.
package struct CallResult: Sendable {
    enum Body: Sendable {
        case value(any Encodable & Sendable)
        /// A JSON text.
        case json(String)
        case refusal(String)
    }

    let path: String
    let body: Body
    let metadata: @Sendable () -> Logger.Metadata
    var status = 200
    var event: Logger.Message?
    var warning: String?
    var notices: [Notice] = []
    /// Whether something could not be removed and has to be tried again.
    package fileprivate(set) var hasPendingRemovals = false
    /// The removals to be seen finished before the answer is given.
    package fileprivate(set) var removals: [LinkRemoval] = []
    /// Set when the call is to be made again because something may be out of its way then; this is the answer if that
    /// does not help.
    package fileprivate(set) var retry: RetryReason?

    init(_ path: String, _ body: Body, _ metadata: @autoclosure @escaping @Sendable () -> Logger.Metadata = [:]) {
        self.path = path
        self.body = body
        self.metadata = metadata
    }

    /// A call that is not what the protocol says.
    static func refused(_ path: String, _ error: CallError) -> CallResult {
        var result = CallResult(path, .refusal("\(path): \(error.message)"))
        result.status = error.status
        return result
    }

    /// Takes over the notices of an earlier attempt that this one does not repeat.
    package mutating func follow(_ earlier: CallResult) {
        notices = earlier.notices.filter { !notices.contains($0) } + notices
    }

    /// Writes the answer, and what the log has to say.
    package func answer(logger: Logger) -> RemoteAnswer {
        if case .refusal(let reason) = body {
            let place: Logger.Metadata = ["call": "\(path)", "reason": "\(reason)"]
            logger.warning("Call refused", metadata: metadata().merging(place) { $1 })
        } else if let event {
            logger.info(event, metadata: metadata())
        }
        if let warning { logger.warning("\(warning)", metadata: metadata()) }
        for notice in notices { logger.log(notice, metadata: metadata()) }
        return switch body {
        case .value(let value): RemoteAnswer(status: status, encoding: value)
        case .json(let text): RemoteAnswer(status: status, json: text)
        case .refusal(let reason): RemoteAnswer(status: status, error: reason)
        }
    }
}

/// Why a call is not what the protocol says: the caller's mistake.
struct CallError: Error {
    let message: String
    let status: Int

    init(_ message: String, status: Int = 400) {
        self.message = message
        self.status = status
    }
}
