/// An address with a prefix length, such as `192.168.50.10/24`.
///
/// It is an interface's address or, without host bits, a network.
package struct IPPrefix: Hashable, Sendable {
    package let address: IPAddress
    package let length: Int

    /// Creates a prefix; nil if the length does not fit the address's family.
    package init?(_ address: IPAddress, length: Int) {
        guard (0...address.family.bitWidth).contains(length) else { return nil }
        self.address = address
        self.length = length
    }

    /// Parses `ADDRESS/LENGTH`; both parts are required.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(parts[0]), let length = Int(decimal: parts[1]) else {
            return nil
        }
        self.init(address, length: length)
    }

    /// Every address of a family: `0.0.0.0/0` or `::/0`.
    package static func everything(_ family: AddressFamily) -> IPPrefix {
        IPPrefix(unchecked: IPAddress(family: family, bits: 0), length: 0)
    }

    /// Creates the prefix of a single address, with 32 or 128 bits.
    package init(host address: IPAddress) { self.init(unchecked: address, length: address.family.bitWidth) }

    private init(unchecked address: IPAddress, length: Int) {
        self.address = address
        self.length = length
    }

    package var family: AddressFamily { address.family }

    /// The prefix without host bits.
    package var network: IPPrefix {
        IPPrefix(unchecked: IPAddress(family: family, bits: address.bits & mask), length: length)
    }

    /// Whether the address is in this prefix's network; false for the other family.
    package func contains(_ other: IPAddress) -> Bool {
        other.family == family && other.bits & mask == address.bits & mask
    }

    /// Returns the address with a number in this prefix's network, counted from 0; nil if the network has fewer.
    package func address(at number: UInt128) -> IPAddress? {
        let (bits, isTooLarge) = network.address.bits.addingReportingOverflow(number)
        let address = IPAddress(family: family, bits: bits)
        return !isTooLarge && address.bits == bits && contains(address) ? address : nil
    }

    private var mask: UInt128 {
        let hostBits = family.bitWidth - length
        let all = family == .ipv4 ? UInt128(UInt32.max) : UInt128.max
        // A shift by the full width gives zero: Swift's smart shift does not wrap.
        return (all >> UInt128(hostBits)) << UInt128(hostBits)
    }
}

extension IPPrefix: CustomStringConvertible {
    package var description: String { "\(address)/\(length)" }
}
