import DriverCore
import Logging

/// One call of the remote driver protocol: what the engine sends, what it gets, and what happens in between.
///
/// The field names on the wire are those of moby's `libnetwork/drivers/remote/api/api.go`.
protocol RemoteCall: SendableMetatype {
    associatedtype Request: RemoteRequest
    associatedtype Answer: Encodable & Sendable

    /// Where the engine posts the call: `/<Service>.<Method>`.
    static var path: String { get }
    /// What the log says when the call has changed something; nil for calls that change nothing.
    static var event: Logger.Message? { get }

    /// Carries the call out.
    static func answer<Host, Store>(
        _ request: Request,
        _ driver: inout DriverEngine<Host, Store>
    ) throws(CallError) -> CallAnswer<Answer>
}

extension RemoteCall {
    static var event: Logger.Message? { nil }
}

/// A call's arguments.
protocol RemoteRequest: Decodable, Sendable {
    /// Whether the engine sends the call without a body.
    static var isEmpty: Bool { get }
    /// What the log says of the arguments.
    var logMetadata: Logger.Metadata { get }
}

extension RemoteRequest {
    static var isEmpty: Bool { false }
}

/// A call's answer, the removals to be seen finished before the engine gets it, and what the log is to say besides.
struct CallAnswer<Body: Encodable & Sendable>: Sendable {
    let body: Body
    var removals: [LinkRemoval] = []
    var warning: String?
}

/// Why a call is not carried out.
enum CallError: Error {
    /// The arguments are not what the protocol says they are: the caller's mistake.
    case malformed(String)
    /// The driver refuses: the user's mistake, or the host's state.
    case refused(DriverError)
}

/// No arguments, and no body.
struct NoArguments: RemoteRequest {
    static var isEmpty: Bool { true }
    var logMetadata: Logger.Metadata { [:] }
}

/// An answer without content, `{}`.
struct NoAnswer: Encodable {}

/// Runs a step of the driver; its refusal is the call's.
func driving<Result>(_ step: () throws(DriverError) -> Result) throws(CallError) -> Result {
    do throws(DriverError) {
        return try step()
    } catch {
        throw .refused(error)
    }
}
