import Glibc
import Synchronization

/// The requests that a server received, and the connections that it keeps open.
final class Requests: Sendable {
    private let state = Mutex<(heads: [String], connections: [Int32])>(([], []))

    var heads: [String] { state.withLock { $0.heads } }

    func append(_ head: String) { state.withLock { $0.heads.append(head) } }

    func keep(_ connection: Int32) { state.withLock { $0.connections.append(connection) } }

    func closeAll() {
        state.withLock { state in
            for connection in state.connections { close(connection) }
            state.connections = []
        }
    }
}
