/// A unified diff of one file, as `patch` reads it.
struct UnifiedDiff {
    struct Line: Hashable {
        enum Kind: String { case same = " ", removed = "-", added = "+" }

        let kind: Kind
        let text: [UInt8]

        init(_ kind: Kind, _ text: [UInt8]) { (self.kind, self.text) = (kind, text) }
    }

    /// The unchanged lines around each change.
    private static let context = 3

    private let lines: [Line]
    private let endsWithBreak: Bool

    /// Takes the lines of both versions, whose last lines both end with a line break or both not.
    init(_ lines: [Line], endsWithBreak: Bool) {
        (self.lines, self.endsWithBreak) = (lines, endsWithBreak)
    }

    /// Returns the diff's lines; none if nothing changes.
    func text(path: String) -> [[UInt8]] {
        let hunks = hunks
        guard !hunks.isEmpty else { return [] }
        let name = Self.name(path)
        return [Array("--- \(name)".utf8), Array("+++ \(name)".utf8)] + hunks.flatMap(text)
    }

    /// The ranges of lines that the diff shows.
    private var hunks: [Range<Int>] {
        var hunks: [Range<Int>] = []
        for index in lines.indices where lines[index].kind != .same {
            let range = max(0, index - Self.context)..<min(lines.count, index + Self.context + 1)
            if let last = hunks.last, last.upperBound >= range.lowerBound {
                hunks[hunks.count - 1] = last.lowerBound..<range.upperBound
            } else {
                hunks.append(range)
            }
        }
        return hunks
    }

    private func text(_ hunk: Range<Int>) -> [[UInt8]] {
        let old = position(hunk, without: .added)
        let new = position(hunk, without: .removed)
        var text = [Array("@@ -\(old) +\(new) @@".utf8)]
        let lastOld = lines.lastIndex { $0.kind != .added }
        let lastNew = lines.lastIndex { $0.kind != .removed }
        for index in hunk {
            text.append(Array(lines[index].kind.rawValue.utf8) + lines[index].text)
            let isLast =
                index == lastOld && lines[index].kind != .added || index == lastNew && lines[index].kind != .removed
            if isLast, !endsWithBreak { text.append(Array("\\ No newline at end of file".utf8)) }
        }
        return text
    }

    /// Returns the first line and the number of lines of a hunk in one version of the file.
    private func position(_ hunk: Range<Int>, without other: Line.Kind) -> String {
        let before = lines[..<hunk.lowerBound].count { $0.kind != other }
        let count = lines[hunk].count { $0.kind != other }
        return "\(count == 0 ? before : before + 1),\(count)"
    }

    /// Returns a file name as `patch` reads it: a tab ends a name with spaces, and C quotes hold unusual ones.
    private static func name(_ path: String) -> String {
        let isUnusual = path.utf8.contains {
            $0 < 32 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") || $0 == 127
        }
        guard isUnusual else { return path.contains(" ") ? path + "\t" : path }
        let quoted = path.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): "\\" + String(UnicodeScalar(byte))
            case 32..<127: String(UnicodeScalar(byte))
            default:
                "\\" + [byte >> 6, byte >> 3 & 7, byte & 7].map { String($0) }.joined()
            }
        }
        return "\"" + quoted.joined() + "\""
    }
}
