import NetworkTypes

/// The options of a neighbor discovery message, each of which has a type, a length in units of 8 bytes, and a value (RFC
/// 4861 §4.6).
struct NeighborOptions {
    enum OptionType: UInt8 {
        case sourceMAC = 1
        case targetMAC = 2
        case nonce = 14
    }

    var sourceMAC: MACAddress?
    var targetMAC: MACAddress?
    /// The value of a nonce option of the usual size.
    var nonce: Nonce?

    init(sourceMAC: MACAddress? = nil, targetMAC: MACAddress? = nil, nonce: Nonce? = nil) {
        self.sourceMAC = sourceMAC
        self.targetMAC = targetMAC
        self.nonce = nonce
    }

    /// Reads options to the end of the message. Skips those of other types, whatever they contain, as RFC 4861 §7.1.1 and
    /// §7.1.2 demand.
    @_lifetime(cursor: copy cursor)
    init(decoding cursor: inout FrameCursor, of types: [OptionType]) throws(FrameError) {
        while cursor.rest.byteCount > 0 {
            let type = try cursor.number(as: UInt8.self)
            let size = 8 * Int(try cursor.number(as: UInt8.self)) - 2
            guard size > 0, size <= cursor.rest.byteCount else { throw .badOption(type: type, size: max(0, size + 2)) }
            var value = FrameCursor(try cursor.part(of: size))
            switch types.first(where: { $0.rawValue == type }) {
            case .sourceMAC: sourceMAC = try Self.macAddress(&value, type)
            case .targetMAC: targetMAC = try Self.macAddress(&value, type)
            case .nonce: nonce = size == Nonce.size ? Nonce(bits: try value.macAddress().bits) : nil
            case nil: break
            }
        }
    }

    /// On Ethernet, the option is exactly 8 bytes long (RFC 2464 §6).
    @_lifetime(value: copy value)
    private static func macAddress(_ value: inout FrameCursor, _ type: UInt8) throws(FrameError) -> MACAddress {
        guard value.rest.byteCount == 6 else { throw .badOption(type: type, size: value.rest.byteCount + 2) }
        return try value.macAddress()
    }

    var bytes: [UInt8] {
        Self.option(.sourceMAC, sourceMAC?.octets) + Self.option(.targetMAC, targetMAC?.octets)
            + Self.option(.nonce, nonce?.octets)
    }

    private static func option(_ type: OptionType, _ value: [UInt8]?) -> [UInt8] {
        value.map { [type.rawValue, 1] + $0 } ?? []
    }
}
