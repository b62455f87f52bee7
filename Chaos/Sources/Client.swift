import DaemonTestKit
import Glibc
import Synchronization
import TestSupport

/// What became of a call.
enum Outcome: Sendable {
    case answered(String)
    case refused(String)
    /// The connection ended before the answer, so that the call may have been carried out or not.
    case lost
    /// Nobody listens, so that it was not made.
    case unreachable

    /// Whether the daemon may have done it.
    var mayHaveHappened: Bool {
        switch self {
        case .answered, .lost: true
        case .refused, .unreachable: false
        }
    }
}

/// The engine's side of one connection, which is made again where the daemon has ended.
final class Client: Sendable {
    private let socket: String
    private let tally: Tally
    private let connection = Mutex<HTTPClient?>(nil)

    init(of daemon: Daemon, tally: Tally) {
        socket = daemon.process.socket
        self.tally = tally
    }

    /// Makes a call. That the daemon gives no answer while it lives, or one that is none, is an error.
    func make(_ call: Call) throws -> Outcome {
        tally.add(\.calls)
        guard let connection = connected() else { return .unreachable }
        let response: HTTPResponse
        do {
            response = try connection.call(Array(call.text.utf8))
        } catch let error as CallError where error.code == EAGAIN {
            hangUp()
            throw ChaosError("\(call.name) was not answered: \(error)")
        } catch {
            // Whatever came is what was sent before the end of the connection.
            hangUp()
            return .lost
        }
        if let reason = response.refusal, !reason.isEmpty { return .refused(reason) }
        guard response.status == 200 else {
            throw ChaosError("\(call.name) was answered with status \(response.status): \(response.body)")
        }
        return .answered(response.body)
    }

    /// Makes a call that must succeed, and returns the answer's body.
    @discardableResult
    func succeed(_ call: Call) throws -> String {
        switch try make(call) {
        case .answered(let body): return body
        case .refused(let reason): throw ChaosError("\(call.name) was refused: \(reason)")
        case .lost, .unreachable: throw ChaosError("\(call.name) was not answered")
        }
    }

    /// Ends the connection; the next call makes another one.
    func hangUp() {
        connection.withLock { $0 = nil }
    }

    private func connected() -> HTTPClient? {
        if let connection = connection.withLock({ $0 }) { return connection }
        let new = try? HTTPClient(path: socket)
        connection.withLock { $0 = new }
        return new
    }
}
