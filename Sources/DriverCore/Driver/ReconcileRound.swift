import NetworkTypes

/// How much of the host reconciliation reads.
package enum ReconcileScope: Hashable, Sendable {
    /// The host's own links and our routes.
    case host
    /// Also the containers' network namespaces, to find lost endpoints.
    case everywhere
}

/// The result of one reconciliation.
package struct Reconciliation: Hashable, Sendable {
    /// Whether repairs are left, so that another reconciliation must follow soon.
    package let isUnfinished: Bool
    /// Whether a candidate was seen that becomes an orphan if it persists.
    package let isWatching: Bool
    /// Whether anything was repaired, or a repair failed.
    package let didTry: Bool
}

/// One round of reconciliation.
struct ReconcileRound {
    let now: Duration
    let host: HostView
    var isUnfinished = false
    /// Whether the links in containers have been read.
    var hasReadContainers = false
    /// The links that were created in this round.
    private(set) var created: Set<InterfaceIndex> = []
    /// The destinations that the host reaches over the shim of a parent.
    var served: [InterfaceIndex: Set<IPPrefix>] = [:]
    /// The routes that shims need.
    var shimRoutes: Set<HostRoute> = []
    /// Networks whose parents could not be judged in this round, because their links are being removed.
    var undecided: Set<NetworkID> = []

    /// How many parents may still be retired in this round.
    ///
    /// Retiring one reads all links and namespaces. The rest follows in the next round, so that calls need not wait for
    /// all of them.
    private var retirementsLeft = 16

    init(now: Duration, host: HostView) {
        self.now = now
        self.host = host
    }

    /// Counts one more retirement; returns whether it is allowed in this round.
    mutating func mayRetireOneMore() -> Bool {
        retirementsLeft -= 1
        if retirementsLeft < 0 { isUnfinished = true }
        return retirementsLeft >= 0
    }

    mutating func include(_ outcome: Outcome) {
        isUnfinished = isUnfinished || outcome.isUnfinished
        created.formUnion(outcome.created.map(\.index))
    }
}

// Notices about networks' conditions and about repairs.
extension Notice {
    /// Reports that the host could not be read; this is retried.
    static func readFailed(_ message: String) -> Notice {
        Notice("reading the host's links failed and will be retried: \(message)", .problem, about: .event(message))
    }

    /// Reports that a network's parent, or the link below it, is missing.
    static func parentAway(link: String, network: NetworkID) -> Notice {
        Notice(
            "network \(network.short) waits for link \"\(link)\", which is not on this host; its containers can start "
                + "when the link is back", .problem, about: .link(link), in: network)
    }

    static func parentBack(link: String, network: NetworkID) -> Notice {
        Notice("network \(network.short) works again: link \"\(link)\" is back", about: .link(link), in: network)
    }

    /// Reports that a network cannot be used for now.
    static func networkBlocked(network: NetworkID, _ message: String) -> Notice {
        Notice(message, .problem, about: .network(network))
    }

    static func networkUsable(network: NetworkID) -> Notice {
        Notice("network \(network.short) works again", about: .network(network))
    }

    static func linkCreatedAgain(link: String, network: NetworkID, hasContainers: Bool) -> Notice {
        Notice(
            "link \"\(link)\" of network \(network.short) was gone and has been created again"
                + (hasContainers ? "; restart the containers that were on it" : ""), about: .link(link), in: network)
    }

    static func orphanLinkRemoved(link: String, alias: String) -> Notice {
        Notice("removed orphaned link \"\(link)\" (\(alias))", about: .link(link))
    }

    static func endpointForgotten(_ lost: LostEndpoint) -> Notice {
        Notice(
            "endpoint \(lost.id.short) of network \(lost.networkID.short) was forgotten: "
                + (lost.isGone
                    ? "its link was deleted with its container or its parent" : "no container ever joined it"),
            about: .endpoint(lost.id), in: lost.networkID)
    }
}
