import DriverCore
import NetworkTypes

/// A value in a request that travels as a string and is something more definite.
protocol WireText: Decodable {
    /// What it is, for the sentence about one that cannot be read: `a network identifier`.
    static var noun: String { get }
    init?(wire text: String)
}

extension WireText {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Self(wire: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "\"\(text)\" is not \(Self.noun)")
        }
        self = value
    }
}

struct WireNetworkID: WireText {
    static var noun: String { "a network identifier" }
    let id: NetworkID

    init?(wire text: String) {
        guard let id = NetworkID(text) else { return nil }
        self.id = id
    }
}

struct WireEndpointID: WireText {
    static var noun: String { "an endpoint identifier" }
    let id: EndpointID

    init?(wire text: String) {
        guard let id = EndpointID(text) else { return nil }
        self.id = id
    }
}

/// An address with its subnet's length; the engine leaves it empty where there is none.
struct WirePrefix: WireText {
    static var noun: String { "an address with a prefix length" }
    let prefix: IPPrefix?

    init?(wire text: String) {
        prefix = IPPrefix(text)
        guard prefix != nil || text.isEmpty else { return nil }
    }
}

/// A MAC address; the engine leaves it empty where the user asked for none.
struct WireMACAddress: WireText {
    static var noun: String { "a MAC address of six bytes" }
    let address: MACAddress?

    init?(wire text: String) {
        address = MACAddress(text)
        guard address != nil || text.isEmpty else { return nil }
    }
}
