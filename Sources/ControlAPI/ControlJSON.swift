import FoundationEssentials

/// The JSON of the control socket: keys are sorted, so that equal documents are equal bytes.
package enum ControlJSON {
    package static func bytes(of document: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // The documents contain only text, integers, finite numbers and lists of them, which can always be written.
        guard let data = try? encoder.encode(document) else { return [] }
        return Array(data)
    }

    /// Reads a document; nil if the bytes are not one.
    package static func read<Document: Decodable>(_ type: Document.Type, from bytes: [UInt8]) -> Document? {
        try? JSONDecoder().decode(type, from: Data(bytes))
    }
}
