/// A question to a LAN: which host has an IPv4 address?
package struct LANQuestion: Hashable, Sendable {
    /// The name of the link on which it is asked.
    package var link: String
    package var address: String
    /// The MAC address that asks; nil for that of the link.
    package var sender: String?

    package init(link: String, address: String, sender: String? = nil) {
        self.link = link
        self.address = address
        self.sender = sender
    }
}

/// What became of a question.
package enum LANAnswer: Hashable, Sendable {
    /// The host with this MAC address answered.
    case answered(String)
    /// Nobody answered within the time limit.
    case silent
    /// The question could not be asked, for this reason.
    case notAsked(String)
}

/// Asks LANs which hosts have addresses.
package protocol GatewayProbe: Sendable {
    /// Asks all questions at the same time, and returns each one's answer. Blocks, at most for the time limit if the links
    /// are few.
    func ask(_ questions: [LANQuestion], within limit: Duration) -> [LANQuestion: LANAnswer]
}
