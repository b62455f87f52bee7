import ControlAPI
import ControlServer
import Synchronization

/// A source with fixed answers that notes each question.
final class FakeSource: ControlSource {
    static let revision = "1764374400-7"

    private let log = Mutex<[String]>([])

    /// The questions so far, in order.
    var questions: [String] { log.withLock { $0 } }

    private func note(_ question: String) { log.withLock { $0.append(question) } }

    func status() async -> StatusDocument {
        note("status")
        return StatusDocument(revision: Self.revision, summary: "0 networks")
    }

    func status(after revision: String, within limit: Duration) async -> StatusDocument? {
        note("status after \(revision) within \(limit)")
        return revision == Self.revision ? nil : StatusDocument(revision: Self.revision, summary: "0 networks")
    }

    func events(after position: UInt64, atMost count: Int, within limit: Duration) async -> EventsDocument {
        note("events after \(position), at most \(count), within \(limit)")
        return EventsDocument(next: position)
    }

    func metrics() async -> [UInt8] {
        note("metrics")
        return Array("swiftvlan_networks 0\n".utf8)
    }

    func reconcile() async -> ReconcileDocument {
        note("reconcile")
        return ReconcileDocument(notices: ["nothing to repair"])
    }

    func collectGarbage(_ request: GarbageRequest) async -> GarbageDocument {
        note("collect \(request.networks) \(request.endpoints)")
        return GarbageDocument(networks: request.networks, endpoints: request.endpoints)
    }
}
