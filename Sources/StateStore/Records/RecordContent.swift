package import DriverCore

/// The JSON form of a driver's value in one version of the format. A published version never changes: the next one gets
/// types of its own.
package protocol RecordContent: Codable, Sendable {
    associatedtype Model

    init(_ model: Model)
    /// The driver's value; every text and number is checked.
    func model() throws(RecordError) -> Model
}

/// A value of the driver's that is stored in records.
package protocol Recorded: Hashable, Sendable {
    /// Its name in records and messages.
    static var noun: String { get }
    /// Docker's identifier, which is also the file's name.
    var identifier: String { get }
    /// What the user does when its record is lost.
    static var replacement: String { get }
}

extension Network: Recorded {
    package static let noun = "network"
    package static let replacement = "remove the network (docker network rm) and create it again"
    package var identifier: String { id.text }
}

extension Endpoint: Recorded {
    package static let noun = "endpoint"
    package static let replacement = "restart its container"
    package var identifier: String { id.text }
}
