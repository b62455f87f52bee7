import Logging
import HTTPServer
import RemoteDriver

/// Answers Docker's calls.
///
/// It decodes calls and encodes answers on the server's thread, where this delays no other call, and leaves the work in
/// between to the driver.
struct DriverService: HTTPResponder {
    let driver: DriverActor
    let scheduler: ReconcileScheduler
    let logger: Logger
    var metrics = DaemonMetrics()

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        let start = ContinuousClock.now
        logger.debug("Request", metadata: ["call": "\(request.path)", "body": "\(text(request.body))"])
        let result = await result(of: request)
        let answer = result.answer(logger: logger, after: start.duration(to: .now))
        logger.debug(
            "Answer",
            metadata: [
                "call": "\(request.path)", "status": "\(answer.status)",
                "body": "\(text(answer.body))",
                "duration_us": "\(start.duration(to: .now).microseconds)",
            ])
        metrics.countCall(request.path, result.outcome, took: start.duration(to: .now))
        return HTTPResponse(status: answer.status, body: answer.body)
    }

    /// Returns the start of a body: a line of the log has no room for a long one.
    private func text(_ bytes: [UInt8]) -> String {
        let start = String(decoding: bytes.prefix(4096), as: UTF8.self)
        return bytes.count > 4096 ? "\(start)… (\(bytes.count) bytes)" : start
    }

    private func result(of request: HTTPRequest) async -> CallResult {
        switch CallTable.decode(path: request.path, body: request.body) {
        case .answered(let result): return result
        case .driver(let call):
            let result = await driver.carryOut(call)
            if result.hasPendingRemovals { scheduler.removalsArePending() }
            await driver.waitUntilGone(result.removals)
            return result
        }
    }

    /// Applies new limits. Returns immediately, even while the driver is busy.
    func change(_ limits: RetryLimits) {
        driver.change(limits)
        scheduler.change(orphanAge: limits.orphanAge)
    }

    func refusal(status: Int, reason: String) -> HTTPResponse {
        metrics.countUnreadableCall()
        let answer = RemoteAnswer(status: status, error: reason)
        return HTTPResponse(status: answer.status, body: answer.body)
    }
}

extension Duration {
    /// Whole microseconds, for the log.
    var microseconds: Int64 { Int64(self / .microseconds(1)) }
}
