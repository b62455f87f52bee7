import ControlAPI
import Synchronization

/// The bytes of the last answer about a status document, so that the same revision is never written twice.
final class RevisionCache: Sendable {
    private let last = Mutex<(revision: String, bytes: [UInt8])?>(nil)

    /// Returns the bytes for a document. Documents with the same revision must be the same.
    func bytes(of document: StatusDocument, write: (StatusDocument) -> [UInt8]) -> [UInt8] {
        if let last = last.withLock({ $0 }), last.revision == document.revision, !document.revision.isEmpty {
            return last.bytes
        }
        let bytes = write(document)
        last.withLock { $0 = (document.revision, bytes) }
        return bytes
    }
}
