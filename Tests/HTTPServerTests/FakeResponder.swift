import HTTPServer
import Synchronization

/// Answers as the path asks: echoes the body immediately, late, or when the test says so.
final class FakeResponder: HTTPResponder {
    private struct State {
        var paths: [String] = []
        var answered = 0
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// The paths of the received requests, in order.
    var paths: [String] { state.withLock { $0.paths } }
    /// The number of answered requests.
    var answered: Int { state.withLock { $0.answered } }

    func methods(of path: String) -> [HTTPRequest.Method] {
        ["/Page", "/Client", "/LargePage", "/HeldPage"].contains(path) ? [.get] : [.post]
    }

    func refusal(of head: HTTPRequest) -> HTTPResponse? {
        head.host == "forbidden" ? refusal(status: 403, reason: "forbidden") : nil
    }

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        state.withLock { $0.paths.append(request.path) }
        defer { state.withLock { $0.answered += 1 } }
        switch request.path {
        case "/Held", "/HeldPage":
            await released()
        case "/Slow":
            try? await Task.sleep(for: .milliseconds(400))
        case "/Client":
            let client = request.peer.map { "\($0.userID):\($0.groupID)" } ?? "unknown"
            return HTTPResponse(contentType: "text/plain", body: Array("\(client) \(request.query)".utf8))
        case "/Large", "/LargePage":
            return HTTPResponse(body: Array(repeating: UInt8(ascii: "x"), count: 1 << 20))
        default:
            break
        }
        return HTTPResponse(body: request.body.isEmpty ? Array("{}".utf8) : request.body)
    }

    func refusal(status: Int, reason: String) -> HTTPResponse {
        let text = reason.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return HTTPResponse(status: status, body: Array(#"{"Err":"\#(text)"}"#.utf8))
    }

    /// Answers the requests to `/Held`, waiting and future ones.
    func release() {
        let waiting = state.withLock { state in
            defer { state.waiting = [] }
            state.isOpen = true
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    private func released() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}
