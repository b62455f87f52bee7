/// The checksum of IP, ICMP, UDP and TCP: the complement of the ones' complement sum of 16-bit words (RFC 1071).
struct InternetChecksum {
    private var sum: UInt64 = 0

    /// Adds bytes. Only the last piece may have an odd number of bytes, which a zero byte completes.
    mutating func add(_ bytes: RawSpan) {
        // 2^48 words fit the sum without a carry; a frame has far fewer.
        for at in stride(from: 0, to: bytes.byteCount, by: 2) {
            let high = UInt64(bytes.unsafeLoad(fromByteOffset: at, as: UInt8.self))
            let low = at + 1 < bytes.byteCount ? UInt64(bytes.unsafeLoad(fromByteOffset: at + 1, as: UInt8.self)) : 0
            sum += high << 8 | low
        }
    }

    mutating func add(_ bytes: [UInt8]) { add(bytes.span.bytes) }

    /// The checksum of what was added; 0 if that includes its own right checksum.
    var value: UInt16 {
        var folded = sum
        while folded > 0xFFFF { folded = folded >> 16 + folded & 0xFFFF }
        return ~UInt16(truncatingIfNeeded: folded)
    }
}
