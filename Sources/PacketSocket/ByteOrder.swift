extension FixedWidthInteger where Self: BitwiseCopyable {
    /// The number's bytes in wire order, most significant first.
    var octets: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}
