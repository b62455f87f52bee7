import Logging
import HTTPServer
import RemoteDriver

/// Answers the engine's calls while the driver cannot carry them out.
///
/// Calls that need no driver work as usual: if the engine's activation or capability call were refused once, the engine
/// would not know the plugin until its next restart (moby, pkg/plugins and libnetwork/drivers/remote). All others are
/// refused.
struct RefusingResponder: HTTPResponder {
    /// The answer to each refused call.
    let sentence: String
    /// Takes note of removals, which the engine requests only once; nil if no later daemon can carry them out.
    let removals: PutOffCalls?
    let logger: Logger

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        let answer = answer(request)
        return HTTPResponse(status: answer.status, body: answer.body)
    }

    private func answer(_ request: HTTPRequest) -> RemoteAnswer {
        // Checked before the body is decoded: an error in the body matters less.
        guard CallTable.needsDriver(request.path) else {
            guard case .answered(let result) = CallTable.decode(path: request.path, body: request.body) else {
                return RemoteAnswer(status: 200, error: sentence)
            }
            return result.answer(logger: logger)
        }
        let isPutOff = removals?.note(request) ?? false
        logger.warning(
            isPutOff ? "Call refused, and put off until the daemon serves" : "Call refused",
            metadata: ["call": "\(request.path)"])
        return RemoteAnswer(status: 200, error: sentence)
    }

    func refusal(status: Int, reason: String) -> HTTPResponse {
        let answer = RemoteAnswer(status: status, error: reason)
        return HTTPResponse(status: answer.status, body: answer.body)
    }
}
