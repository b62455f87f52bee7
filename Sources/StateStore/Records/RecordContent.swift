package import DriverCore

/// The JSON form of a driver value in one version of the format.
///
/// A published version never changes; the next version gets its own types.
package protocol RecordContent: Codable, Sendable {
    associatedtype Model

    init(_ model: Model)
    /// Returns the driver value, after checking every text and number.
    func model() throws(RecordError) -> Model
}

/// A driver value that is stored in records.
package protocol Recorded: Hashable, Sendable {
    /// Its name in records and messages.
    static var noun: String { get }
    /// Docker's identifier, which is also the file's name.
    var identifier: String { get }
    /// The user's remedy if its record is lost.
    static var replacement: String { get }
}

extension Network: Recorded {
    package static let noun = "network"
    package static let replacement = "remove the network with `docker network rm` and create it again"
    package var identifier: String { id.text }
}

extension Endpoint: Recorded {
    package static let noun = "endpoint"
    package static let replacement = "restart its container"
    package var identifier: String { id.text }
}
