import Logging
import PluginServer
import RemoteDriver

/// Answers the engine's calls while the driver cannot carry them out.
///
/// What needs no driver is answered as ever: a plugin whose activation or capabilities are refused once would be unknown
/// to the engine until that is restarted (moby, pkg/plugins and libnetwork/drivers/remote). All else is refused.
struct RefusingResponder: PluginResponder {
    /// What each refused call is answered with.
    let sentence: String
    /// Where removals are noted, which the engine asks for once; nil where nobody can make up for them.
    let removals: PutOffCalls?
    let logger: Logger

    func respond(to request: PluginRequest) async -> PluginResponse {
        let answer = answer(request)
        return PluginResponse(status: answer.status, body: answer.body)
    }

    private func answer(_ request: PluginRequest) -> RemoteAnswer {
        // Before it is read, as what is wrong with it matters less.
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
