import DaemonTestKit
import Glibc
import Synchronization
import TestSupport

/// The outcome of a call.
enum Outcome: Sendable {
    case answered(String)
    case refused(String)
    /// The connection ended before the answer; the call may or may not have been carried out.
    case lost
    /// The daemon does not listen; the call was not made.
    case unreachable

    /// Whether the daemon may have carried the call out.
    var mayHaveHappened: Bool {
        switch self {
        case .answered, .lost: true
        case .refused, .unreachable: false
        }
    }
}

/// The engine's side of one connection, which is opened again after the daemon has ended.
final class Client: Sendable {
    private let socket: String
    private let tally: Tally
    private let connection = Mutex<HTTPClient?>(nil)

    init(of daemon: Daemon, tally: Tally) {
        socket = daemon.process.socket
        self.tally = tally
    }

    /// Makes a call. Throws if the running daemon gives no valid answer.
    func make(_ call: Call) throws -> Outcome {
        tally.add(\.calls)
        guard let connection = connected() else { return .unreachable }
        let response: HTTPResponse
        do {
            response = try connection.call(Array(call.text.utf8))
        } catch let error as CallError where error.code == EAGAIN {
            hangUp()
            throw ChaosError("the daemon runs and did not answer \(call.name): \(error)")
        } catch {
            // Any bytes received are from before the end of the connection.
            hangUp()
            return .lost
        }
        if let reason = response.refusal, !reason.isEmpty { return .refused(reason) }
        guard response.status == 200 else {
            throw ChaosError("the daemon answered \(call.name) with status \(response.status): \(response.body)")
        }
        return .answered(response.body)
    }

    /// Makes a call that must succeed, and returns the body of the answer.
    @discardableResult
    func succeed(_ call: Call) throws -> String {
        switch try make(call) {
        case .answered(let body): return body
        case .refused(let reason): throw ChaosError("the daemon refused \(call.name): \(reason)")
        case .lost, .unreachable: throw ChaosError("the daemon ended and did not answer \(call.name)")
        }
    }

    /// Closes the connection; the next call opens another one.
    func hangUp() { connection.withLock { $0 = nil } }

    /// Starts a container in a network.
    func startContainer(
        in network: NetworkPlan, address number: Int = 5, _ generator: inout SeededGenerator, _ host: inout Host
    ) throws -> Container {
        let endpoint = EndpointPlan(id: generator.identifier(), network: network, host: number)
        try succeed(.createEndpoint(endpoint))
        try succeed(.join(endpoint))
        return try Container(endpoint, &host)
    }

    /// Starts and stops a container in a network, and expects it to get its link.
    func runContainer(
        in network: NetworkPlan, address number: Int = 5, _ generator: inout SeededGenerator, _ host: inout Host
    ) throws {
        let container = try startContainer(in: network, address: number, &generator, &host)
        guard try container.hasLink() else { throw ChaosError("a new container in \(network) has no link") }
        try succeed(.leave(container.endpoint))
        try container.returnLink()
        try succeed(.deleteEndpoint(container.endpoint))
    }

    private func connected() -> HTTPClient? {
        if let connection = connection.withLock({ $0 }) { return connection }
        let new = try? HTTPClient(path: socket)
        connection.withLock { $0 = new }
        return new
    }
}
