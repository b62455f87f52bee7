package import DriverCore
import FoundationEssentials
import Spelling

/// All readable versions of the record format; records are written in the newest one.
///
/// A new version needs a new type for each record that differs, a line in the table below, and samples in the tests.
/// The types and samples of older versions stay. A record in an older version is written in the newest one when it is
/// next saved.
package struct RecordFormats: Sendable {
    /// All published versions.
    package static let all = RecordFormats([
        RecordFormat(version: 1, network: NetworkRecordV1.self, endpoint: EndpointRecordV1.self)
    ])

    /// The size limit of a record in bytes; a network with thousands of routes is smaller.
    package static let sizeLimit = 1 << 20

    private let byVersion: [Int: RecordFormat]
    private let newest: RecordFormat?

    /// The newest readable version.
    package var newestVersion: Int { newest?.version ?? 0 }

    /// Creates a table of versions without duplicates.
    package init(_ formats: [RecordFormat]) {
        byVersion = Dictionary(formats.map { ($0.version, $0) }, uniquingKeysWith: { $1 })
        newest = formats.max { $0.version < $1.version }
    }

    /// Reads a network's record.
    package func network(from bytes: [UInt8]) throws(RecordError) -> Network {
        try format(of: bytes).networks.decode(bytes)
    }

    /// Reads an endpoint's record.
    package func endpoint(from bytes: [UInt8]) throws(RecordError) -> Endpoint {
        try format(of: bytes).endpoints.decode(bytes)
    }

    /// Writes a network's record.
    package func bytes(of network: Network) throws(RecordError) -> [UInt8] {
        guard let newest else { throw .damaged("there is no format to write it in") }
        return try newest.networks.encode(network)
    }

    /// Writes an endpoint's record.
    package func bytes(of endpoint: Endpoint) throws(RecordError) -> [UInt8] {
        guard let newest else { throw .damaged("there is no format to write it in") }
        return try newest.endpoints.encode(endpoint)
    }

    private func format(of bytes: [UInt8]) throws(RecordError) -> RecordFormat {
        struct Header: Decodable {
            let version: Int
        }

        let version: Int
        do {
            version = try JSONDecoder().decode(Header.self, from: Data(bytes)).version
        } catch {
            throw .damaged(sentence(for: error))
        }
        if let format = byVersion[version] { return format }
        guard version > newestVersion else { throw .damaged("there is no format \(version)") }
        throw .newer(version: version)
    }
}
