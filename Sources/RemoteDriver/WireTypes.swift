import DriverCore
import NetworkTypes

/// A typed value that the protocol sends as a string.
protocol WireValue {
    /// The value's description in error messages, such as `a network identifier`.
    static var noun: String { get }
    init?(_ text: String)
}

extension NetworkID: WireValue { static var noun: String { "a network identifier" } }
extension EndpointID: WireValue { static var noun: String { "an endpoint identifier" } }
extension IPPrefix: WireValue { static var noun: String { "an address with a prefix length" } }
extension MACAddress: WireValue { static var noun: String { "a MAC address of six bytes" } }

/// A required value of a request.
struct Wire<Value: WireValue & Sendable>: Decodable, Sendable {
    let value: Value

    init(from decoder: any Decoder) throws {
        guard let value = try OptionalWire<Value>(from: decoder).value else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "\"\" is not \(Value.noun)"))
        }
        self.value = value
    }
}

/// A value that Docker leaves empty if there is none.
struct OptionalWire<Value: WireValue & Sendable>: Decodable, Sendable {
    let value: Value?

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        value = Value(text)
        guard value != nil || text.isEmpty else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\"\(text)\" is not \(Value.noun)")
        }
    }
}
