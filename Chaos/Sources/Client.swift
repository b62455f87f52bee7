import Glibc
import ServerTestKit
import Synchronization

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
    private let connection = Mutex<UnixClient?>(nil)

    init(of daemon: Daemon, tally: Tally) {
        socket = daemon.socket
        self.tally = tally
    }

    /// Makes a call. That the daemon gives no answer while it lives, or one that is none, is an error.
    func make(_ call: Call) throws -> Outcome {
        tally.add(\.calls)
        guard let connection = connected() else { return .unreachable }
        guard connection.send(call.text) else { return forget() }
        let response: Response
        do {
            response = try connection.response()
        } catch let error as CallError where error.code != EAGAIN {
            return forget()
        } catch is Response.Malformed {
            // What came before the end of the connection.
            return forget()
        } catch {
            _ = forget()
            throw ChaosError("\(call.name) was not answered properly: \(error)")
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
        _ = forget()
    }

    private func connected() -> UnixClient? {
        if let connection = connection.withLock({ $0 }) { return connection }
        let new = try? UnixClient(path: socket)
        connection.withLock { $0 = new }
        return new
    }

    private func forget() -> Outcome {
        connection.withLock { $0 = nil }
        return .lost
    }
}
