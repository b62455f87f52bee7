import NetworkTypes

/// The kernel's rules for sharing a parent, checked before it has to refuse.
///
/// Macvlan and ipvlan each claim all packets of a parent (`rx_handler`, one per link), a passthru link claims it alone,
/// and ipvlan keeps mode and flags per parent (drivers/net/macvlan.c, drivers/net/ipvlan/ipvlan_main.c).
enum ParentSharing {
    /// Checks a new network against the networks that already use its parent.
    ///
    /// `toForget` returns how to remove a network that Docker has lost.
    static func check(
        _ wanted: Attachment, on parent: LinkName, besides networks: some Sequence<Network>,
        toForget: (NetworkID) -> String
    ) throws(DriverError) {
        // Sorted, so that the same network is named every time.
        for other in networks.sorted(by: { $0.id.text < $1.id.text }) {
            guard let why = conflict(wanted, HostLinkKind(other.attachment)) else { continue }
            throw .parentUsedByNetwork(parent: parent.text, other, "\(why); \(toForget(other.id))")
        }
    }

    /// Checks a new network against links on its parent that no known network has.
    static func check(
        _ wanted: Attachment, on parent: LinkName, besides links: some Sequence<HostLink>
    ) throws(DriverError) {
        for link in links where conflict(wanted, link.kind) != nil {
            if let removal = link.removal { throw .linkBeingRemoved(removal) }
            throw .parentHeldByLink(parent: parent.text, wanted: wanted, link: link)
        }
    }

    /// Whether a new network's links can be on the same parent as a link.
    static func canShare(_ wanted: Attachment, with link: HostLink) -> Bool { conflict(wanted, link.kind) == nil }

    /// Returns why two cannot share a parent, and what to do; nil if they can.
    private static func conflict(_ wanted: Attachment, _ other: HostLinkKind) -> String? {
        switch (wanted, other) {
        case (.macvlan(.passthru), .macvlan), (.macvlan(.passthru), .ipvlan), (_, .macvlan(.passthru)):
            "macvlan passthru does not share its parent; use another parent"
        case (.macvlan, .ipvlan):
            "the kernel does not let macvlan share a parent with ipvlan; use another parent, or ipvlan here too"
        case (.ipvlan, .macvlan):
            "the kernel does not let ipvlan share a parent with macvlan; use another parent, or macvlan here too"
        case (.ipvlan, .ipvlan) where other.attachment != wanted:
            "the kernel has one ipvlan mode and flag for all networks of a parent, which \(wanted) would change; "
                + "use the same mode and flag, or another parent"
        default: nil
        }
    }
}

extension DriverError {
    fileprivate static func parentUsedByNetwork(parent: String, _ other: Network, _ why: String) -> DriverError {
        DriverError("parent=\(parent): network \(other.id.short) uses it for \(other.attachment), and \(why)")
    }

    /// A container's link whose endpoint is unknown may be about to die.
    fileprivate static func parentHeldByLink(parent: String, wanted: Attachment, link: HostLink) -> DriverError {
        let place = link.isElsewhere ? "in another network namespace, such as a container's, " : ""
        let isLostEndpoint = if case .endpoint? = link.owner { link.isElsewhere } else { false }
        return DriverError(
            "parent=\(parent): link \"\(link.name)\" \(place)is \(link.kind.noun) on it that belongs to no "
                + "swiftvlan network, and the kernel does not let \(wanted) share a parent with it; remove it or use "
                + "another parent",
            retry: isLostEndpoint ? .heldByDyingLink : nil)
    }
}

extension HostLinkKind {
    /// The kind with its article: `a macvlan link (bridge)`.
    var noun: String {
        switch self {
        case .macvlan(let mode): "a macvlan link" + (mode.map { " (\($0.rawValue))" } ?? "")
        case .ipvlan(let mode, _): "an ipvlan link" + (mode.map { " (\($0.rawValue))" } ?? "")
        case .vlan: "a VLAN link"
        case .dummy: "a dummy link"
        case .vrf: "a VRF"
        case .other(let name): "a \(name) link"
        case .device: "a link"
        }
    }
}
