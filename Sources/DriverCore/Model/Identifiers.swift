/// An identifier that the engine chose: 64 hexadecimal digits, or 25 letters and digits from Swarm.
package protocol EngineIdentifier: Hashable, Sendable, CustomStringConvertible {
    var text: String { get }
    init(unchecked text: String)
}

extension EngineIdentifier {
    /// Accepts 1 to 128 letters, digits, `-` and `_`, because identifiers become parts of link names and aliases.
    package init?(_ text: String) {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isPlain, (1...128).contains(text.utf8.count) else { return nil }
        self.init(unchecked: text)
    }

    /// The first 12 characters, as `docker ps` and `docker network ls` show them.
    package var short: String { String(text.prefix(12)) }

    package var description: String { text }
}

/// The engine's identifier of a network.
package struct NetworkID: EngineIdentifier {
    package let text: String

    package init(unchecked text: String) { self.text = text }
}

/// The engine's identifier of an endpoint; a new one each time the container starts.
package struct EndpointID: EngineIdentifier {
    package let text: String

    package init(unchecked text: String) { self.text = text }
}
