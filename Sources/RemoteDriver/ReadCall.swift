package import DriverCore
import FoundationEssentials
package import Logging
import Spelling

/// A call whose arguments have been read. Reading takes longer than many a call, and needs no driver: so it is done
/// apart, where it holds up nobody.
package protocol ReadCall: Sendable {
    /// Carries the call out with a driver.
    func carryOut<Host, Store>(_ driver: inout DriverEngine<Host, Store>) -> any CarriedOutCall
}

/// A call that has been carried out, or refused, and whose answer is still to be written.
package protocol CarriedOutCall: Sendable {
    /// The removals to be seen finished before the answer is given.
    var removals: [LinkRemoval] { get }
    /// Set when the call is to be made again because something may be out of its way then; this is the answer if that
    /// does not help.
    var retry: RetryReason? { get }

    /// Writes the answer, and what the log has to say.
    func answer(logger: Logger) -> RemoteAnswer
}

/// The calls of the protocol by their paths.
package enum RemoteCalls {
    private static let all: [String: any RemoteCall.Type] = {
        let calls: [any RemoteCall.Type] = [
            ActivateCall.self, GetCapabilitiesCall.self, AllocateNetworkCall.self, FreeNetworkCall.self,
            GwAllocCheckCall.self, CreateNetworkCall.self, DeleteNetworkCall.self, CreateEndpointCall.self,
            EndpointOperInfoCall.self, DeleteEndpointCall.self, JoinCall.self, LeaveCall.self,
            ProgramExternalConnectivityCall.self, RevokeExternalConnectivityCall.self, DiscoverNewCall.self,
            DiscoverDeleteCall.self,
        ]
        return Dictionary(uniqueKeysWithValues: calls.map { ($0.path, $0) })
    }()

    /// Reads a call's arguments; one that is not what the protocol says becomes a call that is refused.
    package static func read(path: String, body: [UInt8]) -> any ReadCall {
        guard let call = all[path] else {
            return RefusedCall(path: path, status: 404, reason: "\(path): there is no such call")
        }
        return read(call, body)
    }

    private static func read<Call: RemoteCall>(_ call: Call.Type, _ body: [UInt8]) -> any ReadCall {
        do throws(CallError) {
            return Arguments<Call>(request: try decode(Call.Request.self, from: body))
        } catch {
            return RefusedCall(path: call.path, status: 400, reason: "\(call.path): \(error.sentence)")
        }
    }

    private static func decode<Request: RemoteRequest>(
        _ type: Request.Type,
        from body: [UInt8]
    ) throws(CallError) -> Request {
        if body.isEmpty {
            // The engine's repetition of a call whose connection broke has no body (engine-protocol §1.2): that is
            // no call with default values.
            guard Request.isEmpty else { throw .malformed("the request has no body; make the call again") }
            return try decode(type, from: Array("{}".utf8))
        }
        do {
            return try JSONDecoder().decode(type, from: Data(body))
        } catch {
            throw .malformed("the request cannot be read: \(sentence(for: error))")
        }
    }
}

/// The arguments of a call, which can be carried out.
private struct Arguments<Call: RemoteCall>: ReadCall {
    let request: Call.Request

    func carryOut<Host, Store>(_ driver: inout DriverEngine<Host, Store>) -> any CarriedOutCall {
        do throws(CallError) {
            let answer = try Call.answer(request, &driver)
            return AnsweredCall<Call>(request: request, answer: answer, notices: driver.takeNotices())
        } catch {
            return RefusedCall(path: Call.path, error, request, notices: driver.takeNotices())
        }
    }
}

/// A call that the driver has carried out.
private struct AnsweredCall<Call: RemoteCall>: CarriedOutCall {
    let request: Call.Request
    let answer: CallAnswer<Call.Answer>
    let notices: [Notice]

    var removals: [LinkRemoval] { answer.removals }
    var retry: RetryReason? { nil }

    func answer(logger: Logger) -> RemoteAnswer {
        let metadata = request.logMetadata
        if let event = Call.event { logger.info(event, metadata: metadata) }
        if let warning = answer.warning { logger.warning("\(warning)", metadata: metadata) }
        for notice in notices { logger.notice("\(notice)", metadata: metadata) }
        return RemoteAnswer(status: 200, encoding: answer.body)
    }
}

/// A call that is not carried out, for the caller's mistake, the user's, or the host's state.
private struct RefusedCall: ReadCall, CarriedOutCall {
    let path: String
    let status: Int
    let reason: String
    var metadata: Logger.Metadata = [:]
    var notices: [Notice] = []
    var retry: RetryReason?

    var removals: [LinkRemoval] { retry?.removal.map { [$0] } ?? [] }

    func carryOut<Host, Store>(_ driver: inout DriverEngine<Host, Store>) -> any CarriedOutCall { self }

    func answer(logger: Logger) -> RemoteAnswer {
        let place: Logger.Metadata = ["call": "\(path)", "reason": "\(reason)"]
        logger.warning("Call refused", metadata: metadata.merging(place) { $1 })
        for notice in notices { logger.notice("\(notice)", metadata: metadata) }
        return RemoteAnswer(status: status, error: reason)
    }
}

extension RefusedCall {
    fileprivate init(path: String, _ error: CallError, _ request: some RemoteRequest, notices: [Notice]) {
        switch error {
        case .refused(let refusal):
            // Status 200: the engine then shows the sentence alone, and not the call's name before it.
            let status = refusal.retry?.removal == nil ? 200 : 503
            self.init(path: path, status: status, reason: error.sentence, retry: refusal.retry)
        case .malformed:
            self.init(path: path, status: 400, reason: error.sentence)
        }
        metadata = request.logMetadata
        self.notices = notices
    }
}

extension CallError {
    fileprivate var sentence: String {
        switch self {
        case .malformed(let sentence): sentence
        case .refused(let refusal): refusal.message
        }
    }
}
