/// The parameters of a request: `after=17&wait=20`.
struct ControlQuery {
    /// Why a query cannot be understood: one sentence.
    struct Mistake: Error {
        let reason: String
    }

    /// The longest time that a request may wait, in seconds.
    static let longestWait = 30
    /// The maximum number of events in an answer.
    static let mostEvents = 1000

    /// The revision or position after which something new is wanted.
    private(set) var after: String?
    /// How long the request may wait for something new.
    private(set) var wait = Duration.zero
    /// The maximum number of events.
    private(set) var count = mostEvents

    /// Reads a query with only these parameters. A value is written plainly: letters, digits, `.`, `_` and `-`.
    init(_ text: String, allowing names: [String]) throws(Mistake) {
        guard !text.isEmpty else { return }
        var seen: Set<String> = []
        for part in text.split(separator: "&", omittingEmptySubsequences: false) {
            let words = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard words.count == 2, names.contains(words[0]) else {
                let expected = names.isEmpty ? "this path has no parameters" : "use \(names.joined(separator: ", "))"
                throw Mistake(reason: "unknown parameter \"\(part.prefix(64))\"; \(expected)")
            }
            guard seen.insert(words[0]).inserted else {
                throw Mistake(reason: "parameter \"\(words[0])\" is there twice; name it once")
            }
            try set(words[0], to: words[1])
        }
    }

    /// The position after which events are wanted; 0 if none is named.
    var position: UInt64 {
        get throws(Mistake) {
            guard let after else { return 0 }
            guard let position = UInt64(after) else {
                throw Mistake(reason: "after must be a position, the number next of an earlier answer")
            }
            return position
        }
    }

    private mutating func set(_ name: String, to text: String) throws(Mistake) {
        switch name {
        case "wait": wait = .seconds(try Self.number(name, text, in: 0...Self.longestWait))
        case "limit": count = try Self.number(name, text, in: 1...Self.mostEvents)
        default:
            guard !text.isEmpty, text.utf8.count <= 64, text.utf8.allSatisfy(Self.isPlain) else {
                throw Mistake(reason: "\(name) must have 1 to 64 letters, digits, dots, hyphens and underscores")
            }
            after = text
        }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func number(_ name: String, _ text: String, in range: ClosedRange<Int>) throws(Mistake) -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw Mistake(reason: "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
