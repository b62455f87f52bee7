import NetworkTypes

/// Collects notices for users and counts of repairs, from calls and from reconciliation.
struct Report {
    private var notices: [Notice] = []
    private(set) var repairs: [Repair: Int] = [:]

    mutating func add(_ notice: Notice, counting repair: Repair? = nil) {
        notices.append(notice)
        if let repair { count(repair) }
    }

    mutating func count(_ repair: Repair, times: Int = 1) { repairs[repair, default: 0] += times }

    /// The number of changes to the host, including failed attempts.
    var changes: Int { repairs.filter { $0.key != .parentsLost && $0.key != .parentsFound }.values.reduce(0, +) }

    /// Returns the notices since the last call, and clears them.
    mutating func takeNotices() -> [Notice] {
        defer { notices = [] }
        return notices
    }
}

// Notices about steps.
extension Notice {
    /// Reports that a removal failed and will be retried.
    static func removalFailed(_ message: String) -> Notice {
        Notice("\(message); swiftvlan will retry", .problem, about: .event(message))
    }

    static func linkSetUp(link: String) -> Notice {
        Notice("link \"\(link)\" was down and has been set up again", about: .link(link))
    }

    static func linkNotSetUp(link: String, _ reason: String) -> Notice {
        Notice("link \"\(link)\" is down and cannot be set up for now: \(reason)", .problem, about: .link(link))
    }

    static func mtuRaised(link: String, mtu: Int) -> Notice {
        Notice("raised the MTU of link \"\(link)\" to \(mtu), like its parent", about: .link(link))
    }

    static func mtuNotRaised(link: String, _ reason: String) -> Notice {
        Notice("cannot raise the MTU of link \"\(link)\" to its parent's: \(reason)", .problem, about: .link(link))
    }

    static func linkReleased(link: String, _ use: HostUse) -> Notice {
        Notice("link \"\(link)\" is kept, because \(use); swiftvlan no longer manages it", about: .link(link))
    }

    static func addressGenerationSet(_ isOn: Bool, link: String) -> Notice {
        let words =
            isOn
            ? "gave the host an IPv6 address on link \"\(link)\", which a layer 3 network needs"
            : "removed the host's IPv6 address from link \"\(link)\", which is for containers only"
        return Notice(words, about: .link(link))
    }

    static func addressGenerationNotSet(_ isOn: Bool, link: String, _ reason: String) -> Notice {
        let words =
            isOn
            ? "cannot give the host an IPv6 address on link \"\(link)\", which a layer 3 network needs"
            : "cannot remove the host's IPv6 address from link \"\(link)\", which is for containers only"
        return Notice("\(words): \(reason)", .problem, about: .link(link))
    }

    static func routeNotAdded(to destination: IPPrefix, _ reason: String) -> Notice {
        Notice(
            "the host has no route to \(destination) for now: \(reason)", .problem, about: .route(to: destination))
    }
}
