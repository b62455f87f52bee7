/// The first octets of MAC addresses, such as `02:aa:bb`.
package struct MACAddressPrefix: Hashable, Sendable {
    /// One to five octets.
    package let octets: [UInt8]

    /// Parses one to five octets of two hexadecimal digits, separated by colons or dashes.
    package init?(_ text: some StringProtocol) {
        let separator: Character = text.contains("-") ? "-" : ":"
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        guard (1...5).contains(parts.count) else { return nil }
        var octets: [UInt8] = []
        for part in parts {
            guard part.utf8.count == 2, part.allSatisfy(\.isHexDigit), let octet = UInt8(part, radix: 16) else {
                return nil
            }
            octets.append(octet)
        }
        self.octets = octets
    }

    /// Whether such addresses are multicast.
    package var isMulticast: Bool { octets[0] & 1 != 0 }

    /// Returns an address that begins with this prefix and ends with the low bits of a number.
    package func address(endingWith bits: UInt64) -> MACAddress {
        let fixed = octets.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let freeBits = UInt64(48 - 8 * octets.count)
        return MACAddress(bits: fixed << freeBits | bits & (1 << freeBits - 1))
    }
}

extension MACAddressPrefix: CustomStringConvertible {
    package var description: String {
        octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
    }
}
