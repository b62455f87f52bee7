/// Reads bytes as hexadecimal digits; white space may stand anywhere.
package func hex(_ text: some StringProtocol) -> [UInt8] {
    let digits = text.filter { !$0.isWhitespace }.map { UInt8($0.hexDigitValue ?? 0) }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// The bytes of a number in host byte order, as netlink sends it.
package func bytes<Value: BitwiseCopyable>(of value: Value) -> [UInt8] {
    withUnsafeBytes(of: value) { Array($0) }
}

extension [UInt8] {
    /// The same bytes with one bit flipped.
    package func flipping(bit: Int) -> [UInt8] {
        var copy = self
        copy[bit / 8] ^= 1 << (bit % 8)
        return copy
    }

    /// The same bytes with up to eight bits flipped.
    package func damaged(using generator: inout SeededGenerator) -> [UInt8] {
        (0..<Int.random(in: 1...8, using: &generator)).reduce(self) { bytes, _ in
            bytes.isEmpty ? bytes : bytes.flipping(bit: Int.random(in: 0..<bytes.count * 8, using: &generator))
        }
    }
}
