import FoundationEssentials
import Spelling

/// The calls of the remote driver protocol, by path `/<Service>.<Method>`.
///
/// The field names on the wire are those of moby libnetwork/drivers/remote/api/api.go.
package enum CallTable {
    private static let entries: [String: Entry] = [
        "/NetworkDriver.CreateNetwork": .driver(CreateNetworkCall.self),
        "/NetworkDriver.DeleteNetwork": .driver(DeleteNetworkCall.self),
        "/NetworkDriver.CreateEndpoint": .driver(CreateEndpointCall.self),
        "/NetworkDriver.DeleteEndpoint": .driver(DeleteEndpointCall.self),
        "/NetworkDriver.Join": .driver(JoinCall.self),
        "/NetworkDriver.Leave": .driver(LeaveCall.self),

        "/Plugin.Activate": .constant(NoArguments.self, #"{"Implements":["NetworkDriver"]}"#),
        // Scope: networks belong to this host. ConnectivityScope: containers reach other hosts over them, so Swarm's
        // name service may span nodes. Docker's own macvlan and ipvlan drivers answer the same. Docker asks
        // GwAllocCheck since 28.0.
        "/NetworkDriver.GetCapabilities": .constant(
            NoArguments.self, #"{"ConnectivityScope":"global","GwAllocChecker":true,"Scope":"local"}"#),
        "/NetworkDriver.GwAllocCheck": .constant(GwAllocCheckCall.Arguments.self, GwAllocCheckCall.answer),
        // A Swarm manager prepares only networks of global scope, so this returns the options unchanged.
        "/NetworkDriver.AllocateNetwork": .constant(AllocateNetworkArguments.self) { ["Options": $0.options ?? [:]] },
        "/NetworkDriver.FreeNetwork": .constant(NetworkArguments.self),
        // Docker shows no details of a remote driver's endpoints.
        "/NetworkDriver.EndpointOperInfo": .constant(EndpointArguments.self, #"{"Value":{}}"#),
        // Mapping ports is for other drivers: these containers are on the LAN themselves.
        "/NetworkDriver.ProgramExternalConnectivity": .constant(EndpointArguments.self),
        "/NetworkDriver.RevokeExternalConnectivity": .constant(EndpointArguments.self),
        // Cluster nodes concern only drivers that tunnel between them.
        "/NetworkDriver.DiscoverNew": .constant(AnyArguments.self),
        "/NetworkDriver.DiscoverDelete": .constant(AnyArguments.self),
    ]

    /// The paths of all calls.
    package static var paths: [String] { entries.keys.sorted() }

    /// Whether the driver carries out the calls of a path.
    package static func needsDriver(_ path: String) -> Bool { entries[path]?.needsDriver ?? false }

    /// Decodes a call.
    ///
    /// It needs no driver, and can take longer than the call itself, so it runs where it blocks no other call.
    package static func decode(path: String, body: [UInt8]) -> DecodedCall {
        guard let entry = entries[path] else {
            return .answered(.refused(path, CallError("unknown method", status: 404)))
        }
        do throws(CallError) {
            return try entry.decode(path, body)
        } catch {
            return .answered(.refused(path, error))
        }
    }
}

/// A call with decoded arguments.
package enum DecodedCall: Sendable {
    /// A call that needs no driver: its answer is known, or it violates the protocol.
    case answered(CallResult)
    case driver(DriverCall)
}

/// Decodes the calls of a path.
private struct Entry: Sendable {
    var needsDriver = false
    let decode: @Sendable (_ path: String, _ body: [UInt8]) throws(CallError) -> DecodedCall

    static func driver<Call: RemoteCall>(_ call: Call.Type) -> Entry {
        Entry(needsDriver: true) { (path, body) throws(CallError) in
            .driver(DriverCall(path, call, try read(Call.Arguments.self, body)))
        }
    }

    /// Returns the entry of a call that always has the same answer, a JSON text.
    static func constant<Arguments: RemoteArguments>(_ arguments: Arguments.Type, _ answer: String = "{}") -> Entry {
        Entry { (path, body) throws(CallError) in
            let arguments = try read(arguments, body)
            return .answered(CallResult(path, .json(answer), arguments.metadata))
        }
    }

    /// Returns the entry of a call whose answer depends only on its arguments.
    static func constant<Arguments: RemoteArguments, Answer: Encodable & Sendable>(
        _ arguments: Arguments.Type, _ answer: @escaping @Sendable (Arguments) -> Answer
    ) -> Entry {
        Entry { (path, body) throws(CallError) in
            let arguments = try read(arguments, body)
            return .answered(CallResult(path, .value(answer(arguments)), arguments.metadata))
        }
    }

    private static func read<Arguments: RemoteArguments>(
        _ type: Arguments.Type, _ body: [UInt8]
    ) throws(CallError) -> Arguments {
        // When a connection breaks, Docker repeats the call without a body; it must not run with default values.
        if body.isEmpty, !type.isEmpty { throw CallError("the request has no body; make the call again") }
        do {
            return try JSONDecoder().decode(type, from: body.isEmpty ? Data("{}".utf8) : Data(body))
        } catch {
            throw CallError("the request cannot be read: \(sentence(for: error))")
        }
    }
}
