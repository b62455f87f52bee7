package import DriverCore
import FoundationEssentials
package import Logging

/// The engine's protocol: a call's path and JSON in, the driver's answer as JSON out.
///
/// Synchronous, like the driver that it stands before, and not to be used from two threads.
package struct RemoteDriver<Host: HostNetwork, Store: StateStore> {
    private typealias Handler = (inout RemoteDriver, [UInt8]) -> RemoteAnswer

    /// The driver behind the protocol.
    package private(set) var driver: DriverEngine<Host, Store>
    private let logger: Logger
    private let handlers: [String: Handler]

    /// Serves the calls of the protocol with a driver.
    package init(_ driver: DriverEngine<Host, Store>, logger: Logger) {
        self.driver = driver
        self.logger = logger
        let calls: [any RemoteCall.Type] = [
            ActivateCall.self, GetCapabilitiesCall.self, AllocateNetworkCall.self, FreeNetworkCall.self,
            GwAllocCheckCall.self, CreateNetworkCall.self, DeleteNetworkCall.self, CreateEndpointCall.self,
            EndpointOperInfoCall.self, DeleteEndpointCall.self, JoinCall.self, LeaveCall.self,
            ProgramExternalConnectivityCall.self, RevokeExternalConnectivityCall.self, DiscoverNewCall.self,
            DiscoverDeleteCall.self,
        ]
        handlers = Dictionary(uniqueKeysWithValues: calls.map { ($0.path, Self.handler(for: $0)) })
    }

    /// Carries out one call.
    package mutating func answer(path: String, body: [UInt8]) -> RemoteAnswer {
        guard let handler = handlers[path] else {
            return RemoteAnswer(status: 404, error: "\(path): there is no such call")
        }
        return handler(&self, body)
    }

    private static func handler<Call: RemoteCall>(for call: Call.Type) -> Handler {
        { remote, body in remote.carryOut(call, body) }
    }

    private mutating func carryOut<Call: RemoteCall>(_ call: Call.Type, _ body: [UInt8]) -> RemoteAnswer {
        let request: Call.Request
        do throws(CallError) {
            request = try decode(Call.Request.self, from: body)
        } catch {
            return refusal(of: call, error, metadata: [:])
        }
        do throws(CallError) {
            defer { logNotices(request.logMetadata) }
            let answer = try Call.answer(request, &driver)
            if let event = Call.event { logger.info(event, metadata: request.logMetadata) }
            if let warning = answer.warning { logger.warning("\(warning)", metadata: request.logMetadata) }
            return RemoteAnswer(status: 200, encoding: answer.body, removals: answer.removals)
        } catch {
            return refusal(of: call, error, metadata: request.logMetadata)
        }
    }

    /// What the driver has to say besides its answer.
    private mutating func logNotices(_ metadata: Logger.Metadata) {
        for notice in driver.takeNotices() { logger.notice("\(notice)", metadata: metadata) }
    }

    /// Whether there are links or routes that could not be removed.
    package var hasLeftovers: Bool { driver.hasLeftovers }

    /// Tries once more to remove what could not be removed.
    package mutating func removeLeftovers() {
        driver.removeLeftovers()
        logNotices([:])
    }

    private func refusal(
        of call: (some RemoteCall).Type,
        _ error: CallError,
        metadata: Logger.Metadata
    ) -> RemoteAnswer {
        var answer: RemoteAnswer
        let reason: String
        switch error {
        case .refused(.linkBeingRemoved(let removal)):
            return RemoteAnswer(waitingFor: removal)
        case .refused(let refusal):
            reason = refusal.description
            // Status 200: the engine then shows the sentence alone, and not the call's name before it.
            answer = RemoteAnswer(status: 200, error: reason)
            if case .addressInUse = refusal {
                answer.isToBeRepeated = true
                return answer
            }
        case .malformed(let sentence):
            reason = "\(call.path): \(sentence)"
            answer = RemoteAnswer(status: 400, error: reason)
        }
        let place: Logger.Metadata = ["call": "\(call.path)", "reason": "\(reason)"]
        logger.warning("Call refused", metadata: metadata.merging(place) { $1 })
        return answer
    }

    private func decode<Request: RemoteRequest>(
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

/// What goes back to the engine.
package struct RemoteAnswer: Sendable {
    /// The HTTP status.
    package let status: Int
    /// A JSON object.
    package let body: [UInt8]
    /// The removals to be seen finished before the answer is given.
    package var removals: [LinkRemoval] = []
    /// Set when the call is to be made again: when the removals have finished, or without any after a while; this is
    /// the answer if that does not help.
    package var isToBeRepeated = false

    init(status: Int, encoding body: some Encodable, removals: [LinkRemoval] = []) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if let json = try? encoder.encode(body) {
            self.status = status
            self.body = Array(json)
        } else {
            self.status = 500
            self.body = Array(#"{"Err":"the answer could not be written as JSON"}"#.utf8)
        }
        self.removals = removals
    }

    /// A refusal, in the form that the engine looks for.
    package init(status: Int, error: String) {
        self.init(status: status, encoding: ["Err": error])
    }

    fileprivate init(waitingFor removal: LinkRemoval) {
        self.init(status: 503, error: DriverError.linkBeingRemoved(removal).description)
        removals = [removal]
        isToBeRepeated = true
    }
}
