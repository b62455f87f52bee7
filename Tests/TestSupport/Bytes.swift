/// Returns the bytes that hexadecimal digits spell. White space is ignored.
package func hex(_ text: some StringProtocol) -> [UInt8] {
    let digits = text.filter { !$0.isWhitespace }.map { UInt8($0.hexDigitValue ?? 0) }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// Returns the bytes of a number in this machine's byte order, which netlink uses.
package func bytes<Value: BitwiseCopyable>(of value: Value) -> [UInt8] {
    withUnsafeBytes(of: value) { Array($0) }
}

extension [UInt8] {
    /// Returns the same bytes with one bit flipped.
    package func flipping(bit: Int) -> [UInt8] {
        var copy = self
        copy[bit / 8] ^= 1 << (bit % 8)
        return copy
    }

    /// Returns the same bytes with up to eight bits flipped.
    package func damaged(using generator: inout SeededGenerator) -> [UInt8] {
        (0..<Int.random(in: 1...8, using: &generator)).reduce(self) { bytes, _ in
            bytes.isEmpty ? bytes : bytes.flipping(bit: Int.random(in: 0..<bytes.count * 8, using: &generator))
        }
    }
}
