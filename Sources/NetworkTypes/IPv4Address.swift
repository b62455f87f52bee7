/// An IPv4 address.
package struct IPv4Address: Hashable, Sendable {
    /// The address as a number in host order: `10.0.0.1` is `0x0A000001`.
    package let bits: UInt32

    /// Creates an address from its number.
    package init(bits: UInt32) { self.bits = bits }

    /// Parses dotted decimal; leading zeros are refused, because some programs read them as octal.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard let octet = UInt8(decimal: part) else { return nil }
            bits = bits << 8 | UInt32(octet)
        }
        self.init(bits: bits)
    }

    /// The four octets in wire order.
    package var octets: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: bits >> (24 - 8 * $0)) } }
}

extension IPv4Address: CustomStringConvertible {
    package var description: String { octets.map { String($0) }.joined(separator: ".") }
}
