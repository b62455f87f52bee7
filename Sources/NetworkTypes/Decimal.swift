extension FixedWidthInteger {
    /// Parses a plain decimal number: digits only, no sign, and no leading zero except in zero itself.
    ///
    /// Unlike `init(_:radix:)`, which accepts a sign, it accepts only the form in which the number is printed.
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
