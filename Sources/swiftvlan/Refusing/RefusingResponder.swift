import Logging
import PluginServer
import RemoteDriver

/// Answers the engine's calls while the driver cannot carry them out.
///
/// Calls that need no driver work as usual: if the engine's activation or capability call were refused once, the engine
/// would not know the plugin until its next restart (moby, pkg/plugins and libnetwork/drivers/remote). All others are
/// refused.
struct RefusingResponder: PluginResponder {
    /// The answer to each refused call.
    let sentence: String
    /// Takes note of removals, which the engine requests only once; nil if no later daemon can carry them out.
    let removals: PutOffCalls?
    let logger: Logger

    func respond(to request: PluginRequest) async -> PluginResponse {
        let answer = answer(request)
        return PluginResponse(status: answer.status, body: answer.body)
    }

    private func answer(_ request: PluginRequest) -> RemoteAnswer {
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

    func refusal(status: Int, reason: String) -> PluginResponse {
        let answer = RemoteAnswer(status: status, error: reason)
        return PluginResponse(status: answer.status, body: answer.body)
    }
}
