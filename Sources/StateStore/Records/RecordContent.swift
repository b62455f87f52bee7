package import DriverCore

/// How one version of the format has something of the driver's in JSON. What has been published is never changed again:
/// the next version gets types of its own.
package protocol RecordContent: Codable, Sendable {
    associatedtype Model

    init(_ model: Model)
    /// The value that the record stands for; every text and number is checked.
    func model() throws(RecordError) -> Model
}

/// A value of the driver's that there are records of.
package protocol Recorded: Hashable, Sendable {
    /// Its name in records and sentences.
    static var noun: String { get }
    /// The engine's identifier, which is the file's name too.
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
