/// An Ethernet address (EUI-48).
package struct MACAddress: Hashable, Sendable {
    /// The address as a number: the first octet on the wire is the most significant of the low 48 bits.
    package let bits: UInt64

    /// Creates an address from the low 48 bits of a number.
    package init(bits: UInt64) { self.bits = bits & 0xFFFF_FFFF_FFFF }

    /// Creates an address from six octets in wire order; nil for any other count.
    package init?(octets: some Collection<UInt8>) {
        guard octets.count == 6 else { return nil }
        self.init(bits: octets.reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// Parses the notations that Docker accepts.
    ///
    /// These are the notations of Go's `net.ParseMAC` for six octets: `02:42:ac:11:00:02`, `02-42-ac-11-00-02` and
    /// `0242.ac11.0002`.
    package init?(_ text: some StringProtocol) {
        let characters = Array(text.utf8)
        switch characters.count {
        case 17:
            let separator = characters[2]
            guard separator == UInt8(ascii: ":") || separator == UInt8(ascii: "-") else { return nil }
            self.init(characters, groupOf: 2, separator: separator)
        case 14:
            self.init(characters, groupOf: 4, separator: UInt8(ascii: "."))
        default:
            return nil
        }
    }

    private init?(_ characters: [UInt8], groupOf width: Int, separator: UInt8) {
        var bits: UInt64 = 0
        for (position, character) in characters.enumerated() {
            if position % (width + 1) == width {
                guard character == separator else { return nil }
            } else {
                guard let digit = Character(Unicode.Scalar(character)).hexDigitValue else { return nil }
                bits = bits << 4 | UInt64(digit)
            }
        }
        self.init(bits: bits)
    }

    /// The six octets in wire order.
    package var octets: [UInt8] { (0..<6).map { UInt8(truncatingIfNeeded: bits >> (40 - 8 * $0)) } }

    /// Whether the address is multicast; no link can have such an address.
    package var isMulticast: Bool { bits & 0x0100_0000_0000 != 0 }

    /// Whether all bits are zero: "no address" to the kernel.
    package var isZero: Bool { bits == 0 }
}

extension MACAddress: CustomStringConvertible {
    package var description: String {
        octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
    }
}
