package import NetworkTypes

/// Bytes that are not well-formed netlink, or a value of the wrong size for its key.
package enum DecodingError: Error, Hashable {
    /// A length field that is smaller than its own header or exceeds the received bytes.
    case badLength(Int, available: Int)
    /// A value of the wrong size for its attribute.
    case badValue(attribute: UInt16, size: Int)
    /// A message that ends before its fixed header does.
    case truncatedHeader(size: Int, expected: Int)
}

extension DecodingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .badLength(let length, let available): "a length of \(length) where \(available) bytes are left"
        case .badValue(let attribute, let size): "\(size) bytes as the value of attribute \(attribute)"
        case .truncatedHeader(let size, let expected): "\(size) bytes where a header has \(expected)"
        }
    }
}

/// One attribute of a received message: its type without flag bits, and its value's bytes, borrowed from the message.
package struct Attribute: ~Escapable {
    package let type: UInt16
    package let payload: RawSpan

    @_lifetime(copy payload)
    init(type: UInt16, payload: RawSpan) {
        self.type = type
        self.payload = payload
    }

    /// Whether this is the attribute that the key names.
    package func `is`<Value>(_ key: AttributeKey<Value>) -> Bool { type == key.rawType }

    /// Returns a number in host byte order.
    package func value<Number: FixedWidthInteger & BitwiseCopyable>(
        _ key: AttributeKey<Number>
    ) throws(DecodingError) -> Number {
        guard payload.byteCount == MemoryLayout<Number>.size else { throw badValue }
        return payload.unsafeLoadUnaligned(as: Number.self)
    }

    package func value(_ key: AttributeKey<BigEndian16>) throws(DecodingError) -> BigEndian16 {
        BigEndian16(UInt16(bigEndian: try value(AttributeKey<UInt16>(type))))
    }

    /// Returns the text up to its terminating zero, if any: the kernel sends both forms.
    package func value(_ key: AttributeKey<String>) throws(DecodingError) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    package func value(_ key: AttributeKey<MACAddress>) throws(DecodingError) -> MACAddress {
        guard let address = MACAddress(octets: bytes) else { throw badValue }
        return address
    }

    package func value(_ key: AttributeKey<IPAddress>) throws(DecodingError) -> IPAddress {
        guard let address = IPAddress(octets: bytes) else { throw badValue }
        return address
    }

    /// The attributes inside this one.
    package var attributes: AttributeCursor {
        @_lifetime(copy self)
        get { AttributeCursor(payload) }
    }

    /// A copy of the value's bytes.
    package var bytes: [UInt8] { payload.withUnsafeBytes { Array($0) } }

    private var badValue: DecodingError { .badValue(attribute: type, size: payload.byteCount) }
}
