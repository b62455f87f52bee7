/// The parameters of a request: `after=17&wait=20`.
struct ControlQuery {
    /// The longest time that a request may wait, in seconds.
    static let longestWait = 30
    /// The maximum number of events in an answer.
    static let mostEvents = 1000

    private var values: [Substring: Substring] = [:]

    init(_ text: String) {
        for part in text.split(separator: "&") {
            let words = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if words.count == 2 { values[words[0]] = words[1] }
        }
    }

    subscript(_ name: String) -> String? { values[Substring(name)].map(String.init) }

    /// How long the request may wait for something new.
    var wait: Duration { .seconds(min(max(self["wait"].flatMap { Int($0) } ?? 0, 0), Self.longestWait)) }

    var position: UInt64 { self["after"].flatMap { UInt64($0) } ?? 0 }

    var count: Int { min(max(self["limit"].flatMap { Int($0) } ?? Self.mostEvents, 1), Self.mostEvents) }
}
