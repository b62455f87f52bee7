import ControlAPI
import ControlServer
import DaemonTestKit
import HTTPServer
import Synchronization
import SystemCalls
import TestSupport
import Testing

/// A source with a document that tests choose.
final class FixedSource: ControlSource {
    private let document: Mutex<StatusDocument>
    private let log: [EventDocument]

    init(_ document: StatusDocument, events: [EventDocument] = []) {
        self.document = Mutex(document)
        log = events
    }

    func change(to document: StatusDocument) { self.document.withLock { $0 = document } }

    func status() async -> StatusDocument { document.withLock { $0 } }

    func status(after revision: String, within limit: Duration) async -> StatusDocument? {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            let current = await status()
            if current.revision != revision { return current }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return nil
    }

    func events(after position: UInt64, atMost count: Int, within limit: Duration) async -> EventsDocument {
        let events = log.filter { $0.position > position }
        if events.isEmpty { try? await Task.sleep(for: limit) }
        return EventsDocument(events: events, next: log.last?.position ?? position)
    }

    func metrics() async -> [UInt8] { [] }

    func reconcile() async -> ReconcileDocument { ReconcileDocument() }

    func collectGarbage(_ request: GarbageRequest) async -> GarbageDocument { GarbageDocument() }
}

/// The page with a fixed document, and a browser.
struct FixedPage {
    let address: String
    let source: FixedSource

    static func with(
        _ document: StatusDocument, events: [EventDocument] = [],
        _ body: @escaping @Sendable (FixedPage, Browser) throws -> Void
    ) async throws {
        try await onOwnThread {
            let socket = try ListeningSocket.bind(try #require(InternetAddress("127.0.0.1:0")))
            let address = try #require(InternetAddress(boundOn: socket.descriptor))
            let source = FixedSource(document, events: events)
            let server = try HTTPServer(
                socket: socket, responder: ControlResponder(source, allowsChanges: false, isLocal: true),
                limits: .metrics)
            defer { _ = try? server.shutDown() }
            let browser = try Browser(in: try TemporaryDirectory())
            try body(FixedPage(address: "http://\(address)/", source: source), browser)
        }
    }
}
