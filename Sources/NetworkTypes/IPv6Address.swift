/// An IPv6 address without a zone.
package struct IPv6Address: Hashable, Sendable {
    /// The address as a number in host order: `::1` is 1.
    package let bits: UInt128

    /// Creates an address from its number.
    package init(bits: UInt128) { self.bits = bits }

    /// Parses the text forms of RFC 4291 §2.2, including an IPv4 tail; refuses zones (`%eth0`).
    package init?(_ text: some StringProtocol) {
        // At most one "::" splits the text; it stands for the missing zero groups.
        let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
        guard halves.count <= 2, let head = Self.groups(of: halves[0], isEnd: halves.count == 1) else { return nil }
        guard halves.count == 2 else {
            guard head.count == 8 else { return nil }
            self.init(groups: head)
            return
        }
        guard let tail = Self.groups(of: halves[1], isEnd: true), head.count + tail.count <= 7 else { return nil }
        self.init(groups: head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail)
    }

    private init(groups: [UInt16]) { self.init(bits: groups.reduce(0) { $0 << 16 | UInt128($1) }) }

    /// Returns the 16-bit groups of a text without "::"; nil if a group is malformed.
    ///
    /// Only at an address's end may the last two be an IPv4 address.
    private static func groups(of text: some StringProtocol, isEnd: Bool) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        var groups: [UInt16] = []
        for (position, part) in parts.enumerated() {
            if isEnd, position == parts.count - 1, part.contains(".") {
                guard let tail = IPv4Address(part) else { return nil }
                groups += [UInt16(truncatingIfNeeded: tail.bits >> 16), UInt16(truncatingIfNeeded: tail.bits)]
            } else {
                guard (1...4).contains(part.utf8.count), part.allSatisfy(\.isHexDigit),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                groups.append(group)
            }
        }
        return groups
    }

    /// The sixteen octets in wire order.
    package var octets: [UInt8] { (0..<16).map { UInt8(truncatingIfNeeded: bits >> (120 - 8 * $0)) } }
}

extension IPv6Address: CustomStringConvertible {
    /// The canonical form of RFC 5952: lower case, no leading zeros, the longest run of two or more zero
    /// groups (the first of equals) as "::".
    package var description: String {
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> (112 - 16 * $0)) }
        let text = groups.map { String($0, radix: 16) }
        guard let zeros = Self.longestRunOfZeros(groups) else { return text.joined(separator: ":") }
        return text[..<zeros.lowerBound].joined(separator: ":") + "::"
            + text[zeros.upperBound...].joined(separator: ":")
    }

    private static func longestRunOfZeros(_ groups: [UInt16]) -> Range<Int>? {
        var longest: Range<Int>?
        var start = 0
        while start < groups.count {
            let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
            if end - start >= max(2, (longest?.count ?? 0) + 1) { longest = start..<end }
            start = end + 1
        }
        return longest
    }
}
