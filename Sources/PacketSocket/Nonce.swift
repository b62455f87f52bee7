/// A random number in a probe, by which its sender recognizes its own probe if the network returns it (RFC 7527 §4).
///
/// It has 6 bytes, the smallest size that RFC 3971 §5.3.2 allows, like those of Linux (`addrconf_dad_kick` in
/// net/ipv6/addrconf.c).
package struct Nonce: Hashable, Sendable {
    static let size = 6

    /// The nonce as a number; the first byte on the wire is the most significant of the low 48 bits.
    package let bits: UInt64

    /// Creates a nonce from the low 48 bits of a number.
    package init(bits: UInt64) { self.bits = bits & 0xFFFF_FFFF_FFFF }

    var octets: [UInt8] { Array(bits.octets.suffix(Self.size)) }
}
