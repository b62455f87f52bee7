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
        var rest = Substring(text)
        while let first = rest.first {
            let isNumber = first.isASCIIDigit
            let part = rest.prefix { $0.isASCIIDigit == isNumber }
            rest = rest[part.endIndex...]
            let digits = part.drop { $0 == "0" }
            parts.append(isNumber ? .number(count: digits.count, digits: String(digits)) : .text(String(part)))
        }
        self.parts = parts
    }

    static func < (one: NaturalKey, other: NaturalKey) -> Bool { one.parts.lexicographicallyPrecedes(other.parts) }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
