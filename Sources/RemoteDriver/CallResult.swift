package import DriverCore
package import Logging

/// A call with its arguments, which can be repeated while a temporary obstacle blocks it.
package struct DriverCall: Sendable {
    package let path: String
    /// The network that the call concerns.
    package let networkID: NetworkID
    /// The endpoint that the call concerns, if it concerns one.
    package let endpointID: EndpointID?
    private let work: @Sendable (inout Driver) -> CallResult

    init<Call: RemoteCall>(_ path: String, _ call: Call.Type, _ arguments: Call.Arguments) {
        self.path = path
        let networkID = arguments.networkID.value
        self.networkID = networkID
        endpointID = arguments.endpoint
        work = { driver in
            var result: CallResult
            // A call that deletes the network leaves no other trace of its parent.
            let parent = driver.parent(of: networkID)
            do throws(DriverError) {
                let answer = try call.carryOut(arguments, &driver)
                result = CallResult(path, .value(answer.body), arguments.metadata)
                result.removals = answer.removals
                result.event = call.event
                result.warning = answer.warning
            } catch {
                // With status 200 Docker shows only the message, without the call's name before it.
                result = CallResult(path, .refusal(error.message), arguments.metadata)
                result.status = error.retry?.removal == nil ? 200 : 503
                result.retry = error.retry
                result.removals = error.retry?.removal.map { [$0] } ?? []
            }
            result.parent = driver.parent(of: networkID) ?? parent
            result.takeLANTasks(&driver)
            result.notices = driver.takeNotices()
            result.hasPendingRemovals = driver.hasPendingRemovals
            return result
        }
    }

    package func carryOut(_ driver: inout Driver) -> CallResult { work(&driver) }
}

/// The result of a call, from which the answer is written.
package struct CallResult: Sendable {
    enum Body: Sendable {
        case value(any Encodable & Sendable)
        /// JSON text.
        case json(String)
        case refusal(String)
    }

    let path: String
    let body: Body
    private let arguments: @Sendable () -> Logger.Metadata
    /// The parent of the call's network; nil if the network is not known.
    fileprivate var parent: NetworkParent?
    var status = 200
    /// Whether the call violates the protocol.
    private var isInvalid = false
    var event: Logger.Message?
    var warning: String?
    var notices: [Notice] = []
    /// Whether a removal failed and must be retried.
    package fileprivate(set) var hasPendingRemovals = false
    /// The removals that must finish before the answer is sent.
    package fileprivate(set) var removals: [LinkRemoval] = []
    /// Set if the call should be repeated when the obstacle may be gone; if that does not help, this result is the
    /// answer.
    package fileprivate(set) var retry: RetryReason?

    /// The question that must be answered before the call is, because the answer decides about it.
    package fileprivate(set) var question: ConflictQuestion?
    /// The questions that the call does not wait for.
    package fileprivate(set) var openQuestions: [ConflictQuestion] = []
    package fileprivate(set) var announcements: [Announcement] = []
    /// The announcements that are no longer true.
    package fileprivate(set) var withdrawals: [Announcement] = []

    init(_ path: String, _ body: Body, _ arguments: @autoclosure @escaping @Sendable () -> Logger.Metadata = [:]) {
        self.path = path
        self.body = body
        self.arguments = arguments
    }

    /// The call's arguments with the parent of its network, which replaces the text of the option `parent`.
    private var metadata: Logger.Metadata { arguments().merging(parent?.metadata ?? [:]) { $1 } }

    /// How the call ended, for counters.
    package var outcome: CallOutcome {
        guard case .refusal = body else { return .ok }
        return isInvalid ? .invalid : .refused
    }

    /// Returns the result of a call that violates the protocol.
    static func refused(_ path: String, _ error: CallError) -> CallResult {
        var result = CallResult(path, .refusal("\(path): \(error.message)"))
        result.status = error.status
        result.isInvalid = true
        return result
    }

    fileprivate mutating func takeLANTasks(_ driver: inout Driver) {
        for next in driver.takeQuestions() {
            if driver.mustAwaitAnswer(to: next) { question = next } else { openQuestions.append(next) }
        }
        announcements = driver.takeAnnouncements()
        withdrawals = driver.takeWithdrawals()
    }

    /// Enters the driver's verdict on the answer to `question`: an error refuses the call after all.
    package func settled(_ error: DriverError?, _ driver: inout Driver) -> CallResult {
        var result = self
        if let error {
            result = CallResult(path, .refusal(error.message), metadata)
            result.parent = parent
        }
        result.question = nil
        result.notices = notices + driver.takeNotices()
        result.hasPendingRemovals = driver.hasPendingRemovals
        return result
    }

    /// Prepends the notices of an earlier attempt, except those that this one repeats, and what it withdrew.
    package mutating func follow(_ earlier: CallResult) {
        withdrawals = earlier.withdrawals + withdrawals
        notices = earlier.notices.filter { !notices.contains($0) } + notices
    }

    /// Returns the answer, and logs the call's event, warnings and notices.
    ///
    /// `duration` is the time since the call arrived; nil if nothing waits for the answer.
    package func answer(logger: Logger, after duration: Duration? = nil) -> RemoteAnswer {
        if case .refusal(let reason) = body {
            let refusal: Logger.Metadata = ["reason": "\(reason)"]
            logger.warning("Call refused", metadata: whole(duration).merging(refusal) { $1 })
        } else if let event {
            logger.info(event, metadata: whole(duration))
        }
        if let warning { logger.warning("\(warning)", metadata: metadata) }
        for notice in notices { logger.log(notice, metadata: metadata) }
        return switch body {
        case .value(let value): RemoteAnswer(status: status, encoding: value)
        case .json(let text): RemoteAnswer(status: status, json: text)
        case .refusal(let reason): RemoteAnswer(status: status, error: reason)
        }
    }
}

extension CallResult {
    /// The metadata of the call's own event.
    private func whole(_ duration: Duration?) -> Logger.Metadata {
        var whole = metadata
        whole["call"] = "\(path)"
        if let duration { whole["duration_us"] = "\(Int64(duration / .microseconds(1)))" }
        return whole
    }
}

/// How a call ended.
package enum CallOutcome: String, CaseIterable, Sendable {
    case ok
    /// The driver refused it, and Docker shows the reason to the user.
    case refused
    /// It violates the protocol, so that the driver did not see it.
    case invalid
}

/// The reason why a call violates the protocol, which is the caller's mistake.
struct CallError: Error {
    let message: String
    let status: Int

    init(_ message: String, status: Int = 400) {
        self.message = message
        self.status = status
    }
}
