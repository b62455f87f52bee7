import ControlAPI
import Synchronization

/// The bytes of the last status document: with thousands of networks, writing it takes longer than building it.
final class StatusCache: Sendable {
    private let last = Mutex<(revision: String, bytes: [UInt8])?>(nil)

    /// Returns the document as JSON. Documents with the same revision must be the same.
    func bytes(of document: StatusDocument) -> [UInt8] {
        if let last = last.withLock({ $0 }), last.revision == document.revision, !document.revision.isEmpty {
            return last.bytes
        }
        let bytes = ControlJSON.bytes(of: document)
        last.withLock { $0 = (document.revision, bytes) }
        return bytes
    }
}
