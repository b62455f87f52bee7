package import DriverCore
import FoundationEssentials
import Spelling

/// One version of the record format.
package struct RecordFormat: Sendable {
    package let version: Int
    let networks: RecordCoder<Network>
    let endpoints: RecordCoder<Endpoint>

    /// Defines a version by the types of its records.
    package init<NetworkContent: RecordContent, EndpointContent: RecordContent>(
        version: Int, network: NetworkContent.Type, endpoint: EndpointContent.Type
    ) where NetworkContent.Model == Network, EndpointContent.Model == Endpoint {
        self.version = version
        networks = RecordCoder(network, version: version)
        endpoints = RecordCoder(endpoint, version: version)
    }
}

/// Reads and writes one kind of record in one version.
struct RecordCoder<Model: Recorded>: Sendable {
    let decode: @Sendable ([UInt8]) throws(RecordError) -> Model
    let encode: @Sendable (Model) throws(RecordError) -> [UInt8]

    init<Content: RecordContent>(_ content: Content.Type, version: Int) where Content.Model == Model {
        decode = { (bytes) throws(RecordError) in
            let document: RecordDocument<Content>
            do {
                document = try JSONDecoder().decode(RecordDocument<Content>.self, from: Data(bytes))
            } catch {
                throw .damaged(sentence(for: error))
            }
            return try document.content.model()
        }
        encode = { (model) throws(RecordError) in
            // A record that cannot be read back is not written: it would be lost at the next start.
            let content = Content(model)
            guard try content.model() == model else { throw .damaged("it cannot be read back unchanged") }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            do {
                return Array(try encoder.encode(RecordDocument(version: version, content: content))) + "\n".utf8
            } catch {
                throw .damaged("it cannot be written as JSON")
            }
        }
    }
}

/// A file's contents: the version, and the record under the name of its kind.
private struct RecordDocument<Content: RecordContent>: Codable where Content.Model: Recorded {
    private struct Key: CodingKey {
        static var version: Key { Key(stringValue: "version") }
        static var content: Key { Key(stringValue: Content.Model.noun) }

        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    let version: Int
    let content: Content

    init(version: Int, content: Content) {
        self.version = version
        self.content = content
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        version = try container.decode(Int.self, forKey: .version)
        content = try container.decode(Content.self, forKey: .content)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(version, forKey: .version)
        try container.encode(content, forKey: .content)
    }
}
