import ControlAPI
import Synchronization

/// Writes status documents as JSON, and keeps the bytes of each network and link for the next document.
///
/// Between two documents, few networks change, and with thousands of them, writing all again takes longer than building
/// the document.
final class StatusWriter: Sendable {
    private struct Parts {
        var networks = PartCache<NetworkDocument>()
        var links = PartCache<LinkDocument>()
    }

    private let parts = Mutex(Parts())

    /// Returns the same bytes as `ControlJSON.bytes(of:)`.
    func bytes(of document: StatusDocument) -> [UInt8] {
        parts.withLock { parts in
            var result: [UInt8] = []
            // The keys are sorted.
            if let daemon = document.daemon { Self.add("daemon", ControlJSON.bytes(of: daemon), to: &result) }
            Self.add("links", parts.links.list(document.links) { $0.name }, to: &result)
            Self.add("networks", parts.networks.list(document.networks) { $0.id }, to: &result)
            Self.add("revision", ControlJSON.bytes(of: document.revision), to: &result)
            Self.add("summary", ControlJSON.bytes(of: document.summary), to: &result)
            Self.add("unreadable", ControlJSON.bytes(of: document.unreadable), to: &result)
            result.append(UInt8(ascii: "}"))
            return result
        }
    }

    private static func add(_ key: StaticString, _ value: [UInt8], to result: inout [UInt8]) {
        result.append(contentsOf: "\(result.isEmpty ? "{" : ",")\"\(key)\":".utf8)
        result.append(contentsOf: value)
    }
}

/// The last documents of a list, and their bytes.
private struct PartCache<Document: Encodable & Equatable & Sendable>: Sendable {
    private var parts: [String: (document: Document, bytes: [UInt8])] = [:]

    /// Returns the list as JSON. Only documents that were not in the last list are written.
    mutating func list(_ documents: [Document], identifier: (Document) -> String) -> [UInt8] {
        var next: [String: (document: Document, bytes: [UInt8])] = Dictionary(minimumCapacity: documents.count)
        var result = [UInt8(ascii: "[")]
        for document in documents {
            let known = parts[identifier(document)].flatMap { $0.document == document ? $0.bytes : nil }
            let bytes = known ?? ControlJSON.bytes(of: document)
            if result.count > 1 { result.append(UInt8(ascii: ",")) }
            result.append(contentsOf: bytes)
            // The new document, although it is equal: it shares its memory with the list.
            next[identifier(document)] = (document, bytes)
        }
        parts = next
        result.append(UInt8(ascii: "]"))
        return result
    }
}
