/// Sorts text with the numbers in it by their values, so that `eth2` comes before `eth10`.
struct NaturalKey: Comparable {
    private let parts: [Part]

    private enum Part: Comparable {
        /// Digits without leading zeros; more of them are a larger number.
        case number(count: Int, digits: String)
        case text(String)
    }

    init(_ text: String) {
        var parts: [Part] = []
        var rest = Substring(text).utf8
        while let first = rest.first {
            let isNumber = Self.isDigit(first)
            let part = rest.prefix { Self.isDigit($0) == isNumber }
            rest = rest[part.endIndex...]
            if isNumber {
                let digits = part.drop { $0 == UInt8(ascii: "0") }
                parts.append(.number(count: digits.count, digits: String(Substring(digits))))
            } else {
                parts.append(.text(String(Substring(part))))
            }
        }
        self.parts = parts
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    static func < (one: NaturalKey, other: NaturalKey) -> Bool { one.parts.lexicographicallyPrecedes(other.parts) }
}
