extension FixedWidthInteger {
    /// Parses a plain decimal number: digits only, no sign, and no leading zero but for zero itself.
    ///
    /// Stricter than `init(_:radix:)`, which takes a sign, so that a parsed number always prints the same.
    package init?(decimal text: some StringProtocol) {
        let digits = text.utf8
        guard let first = digits.first, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else {
            return nil
        }
        guard first != UInt8(ascii: "0") || digits.count == 1 else { return nil }
        self.init(text, radix: 10)
    }
}
