import ControlAPI
import ControlServer
import Dispatch
import HTTPServer
import Synchronization

/// Inputs that are requests to the control socket: a letter for the client, the target up to a line break, and the body.
enum ControlInput {
    /// The clients with their methods. `A` selects the first one, and other bytes wrap around.
    private static let clients: [(method: HTTPRequest.Method, peer: HTTPPeer?)] = [
        (.get, HTTPPeer(userID: 0, groupID: 0)), (.post, HTTPPeer(userID: 0, groupID: 0)),
        (.get, HTTPPeer(userID: 1000, groupID: 1000)), (.post, HTTPPeer(userID: 1000, groupID: 1000)),
        (.get, nil), (.post, nil),
    ]

    /// Returns whether the request is answered and not refused. Only root's POST over the socket may change anything.
    static func isAnswered(_ input: [UInt8]) -> Bool {
        guard let letter = input.first else { return false }
        let client = clients[Int(letter &- UInt8(ascii: "A")) % clients.count]
        let lines = input.dropFirst().split(
            separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        let target = String(decoding: lines[0], as: UTF8.self)
        let request = HTTPRequest(
            method: client.method, path: String(target.prefix { $0 != "?" }),
            query: String(target.drop { $0 != "?" }.dropFirst()), body: lines.count > 1 ? Array(lines[1]) : [],
            peer: client.peer, host: "localhost:9469")
        let source = CountingSource()
        let responder = ControlResponder(source, allowsChanges: client.peer != nil, isLocal: client.peer == nil)
        guard responder.methods(of: request.path).contains(request.method) else { return false }
        let answer = wait { await responder.respond(to: request) }
        precondition([200, 304, 400, 403, 404].contains(answer.status), "status \(answer.status)")
        let mayChange = client.method == .post && client.peer?.userID == 0
        precondition(source.changes == 0 || mayChange, "a client changed something that it must not")
        guard answer.status >= 400 else { return true }
        let document = ControlJSON.read(ErrorDocument.self, from: answer.body)
        precondition(document?.error.isEmpty == false, "a refusal without a sentence")
        return false
    }

    /// Waits for an answer, on a thread that no task needs.
    private static func wait(_ body: @escaping @Sendable () async -> HTTPResponse) -> HTTPResponse {
        let (done, result) = (DispatchSemaphore(value: 0), Result())
        Task.detached {
            let answer = await body()
            result.answer.withLock { $0 = answer }
            done.signal()
        }
        done.wait()
        return result.answer.withLock { $0 } ?? HTTPResponse(status: 500, body: [])
    }

    private final class Result: Sendable {
        let answer = Mutex<HTTPResponse?>(nil)
    }
}

/// Gives empty answers, and counts what was changed.
private final class CountingSource: ControlSource {
    private let count = Mutex(0)

    var changes: Int { count.withLock { $0 } }

    func status() async -> StatusDocument { StatusDocument(revision: "1-1") }

    func status(after revision: String, within limit: Duration) async -> StatusDocument? {
        precondition(limit >= .zero && limit <= .seconds(30), "a wait of \(limit)")
        return revision == "1-1" ? nil : await status()
    }

    func events(after position: UInt64, atMost count: Int, within limit: Duration) async -> EventsDocument {
        precondition((1...1000).contains(count) && limit >= .zero && limit <= .seconds(30), "\(count) in \(limit)")
        return EventsDocument(next: position)
    }

    func metrics() async -> [UInt8] { [] }

    func reconcile() async -> ReconcileDocument {
        count.withLock { $0 += 1 }
        return ReconcileDocument()
    }

    func collectGarbage(_ request: GarbageRequest) async -> GarbageDocument {
        count.withLock { $0 += 1 }
        return GarbageDocument(networks: request.networks, endpoints: request.endpoints)
    }
}
