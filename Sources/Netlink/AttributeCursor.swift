import CMNL

/// Iterates over a sequence of attributes.
///
///     struct nlattr { u16 nla_len; u16 nla_type; }  payload  padding to 4
///
/// It never reads outside the given bytes, and every step consumes at least a header, so it ends on any input. The last
/// attribute may lack its padding, as in the kernel (`nla_ok` in net/netlink.h).
package struct AttributeCursor: ~Escapable {
    /// The type without its two flags, `NLA_F_NESTED` and `NLA_F_NET_BYTEORDER` (`NLA_TYPE_MASK` in linux/netlink.h).
    private static let typeMask: UInt16 = 0x3FFF

    private var rest: RawSpan

    @_lifetime(copy bytes)
    package init(_ bytes: RawSpan) { rest = bytes }

    /// Returns the next attribute, or nil at the end. Trailing bytes shorter than a header are ignored as padding.
    @_lifetime(copy self)
    package mutating func next() throws(DecodingError) -> Attribute? {
        let headerSize = MemoryLayout<nlattr>.size
        guard rest.byteCount >= headerSize else { return nil }
        let header = rest.unsafeLoadUnaligned(as: nlattr.self)
        let length = Int(header.nla_len)
        guard length >= headerSize, length <= rest.byteCount else {
            throw .badLength(length, available: rest.byteCount)
        }
        let attribute = Attribute(type: header.nla_type & Self.typeMask, payload: rest.extracting(headerSize..<length))
        rest = rest.extracting(min(aligned(length), rest.byteCount)..<rest.byteCount)
        return attribute
    }
}

/// Returns the length rounded up to netlink's alignment of 4 bytes (`NLMSG_ALIGN`, `NLA_ALIGN`).
func aligned(_ length: Int) -> Int { (length + 3) & ~3 }
