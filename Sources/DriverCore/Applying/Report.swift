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
        Notice("\(message); it will be tried again", .problem, about: .event(message))
    }

    static func linkSetUp(link: String) -> Notice {
        Notice("link \"\(link)\" was down and has been set up again", about: .link(link))
    }

    static func linkNotSetUp(link: String, _ reason: String) -> Notice {
        Notice("link \"\(link)\" is down and stays so for now: \(reason)", .problem, about: .link(link))
    }

    static func mtuRaised(link: String, mtu: Int) -> Notice {
        Notice("raised the MTU of link \"\(link)\" to \(mtu), like its parent", about: .link(link))
    }

    static func mtuNotRaised(link: String, _ reason: String) -> Notice {
        Notice("the MTU of link \"\(link)\" stays: \(reason)", .problem, about: .link(link))
    }

    static func linkReleased(link: String, _ use: HostUse) -> Notice {
        Notice("link \"\(link)\" stays: \(use); it is the host's from now on", about: .link(link))
    }

    static func addressGenerationSet(_ isOn: Bool, link: String) -> Notice {
        let words =
            isOn
            ? "has an IPv6 address of its own on link \"\(link)\" now, which a layer 3 network needs there"
            : "has no IPv6 address of its own on link \"\(link)\" any more, which is there for containers"
        return Notice("the host \(words)", about: .link(link))
    }

    static func addressGenerationNotSet(_ isOn: Bool, link: String, _ reason: String) -> Notice {
        let words =
            isOn
            ? "has no IPv6 address of its own on link \"\(link)\", which a layer 3 network needs there"
            : "keeps the IPv6 address of its own on link \"\(link)\", which is there for containers"
        return Notice("the host \(words): \(reason)", .problem, about: .link(link))
    }

    static func routeNotAdded(to destination: IPPrefix, _ reason: String) -> Notice {
        Notice(
            "the host has no route to \(destination) for now: \(reason)", .problem, about: .route(to: destination))
    }
}
