import NetworkTypes

/// Which networks can share a parent: the kernel's rules, checked before it has to refuse.
///
/// Macvlan and ipvlan each claim a parent's packets for themselves (`rx_handler`, one for each link), a passthru link
/// claims it alone, and ipvlan keeps mode and flags per parent (drivers/net/macvlan.c, ipvlan_main.c).
enum ParentSharing {
    /// Why two cannot share a parent.
    private enum Conflict {
        case passthru, kind, ipvlanMode
    }

    /// Checks a network that is to be made against those that use its parent already.
    static func check(
        _ wanted: Attachment,
        on parent: InterfaceName,
        besides holders: some Sequence<Network>
    ) throws(DriverError) {
        // Sorted, so that the same network is named whenever several are in the way.
        for holder in holders.sorted(by: { $0.id.text < $1.id.text }) {
            let (link, holds) = (parent.text, holder.attachment)
            switch conflict(wanted, HostLinkKind(holds)) {
            case .passthru: throw .parentNotShared(parent: link, wanted: wanted, holder: holder.id, holds: holds)
            case .kind: throw .parentHasOtherKind(parent: link, wanted: wanted, holder: holder.id, holds: holds)
            case .ipvlanMode:
                throw .parentHasOtherIPvlanMode(parent: link, wanted: wanted, holder: holder.id, holds: holds)
            case nil: continue
            }
        }
    }

    /// Checks a network that is to be made against links on its parent that no known network accounts for.
    static func check(
        _ wanted: Attachment,
        on parent: InterfaceName,
        besides links: some Sequence<HostLink>
    ) throws(DriverError) {
        for link in links where conflict(wanted, link.kind) != nil {
            if let removal = link.removal { throw .linkBeingRemoved(removal) }
            throw .parentHeldByLink(parent: parent.text, wanted: wanted, link: link)
        }
    }

    private static func conflict(_ wanted: Attachment, _ holds: HostLinkKind) -> Conflict? {
        switch (wanted, holds) {
        case (.macvlan(.passthru), .macvlan), (.macvlan(.passthru), .ipvlan), (_, .macvlan(.passthru)): .passthru
        case (.macvlan, .ipvlan), (.ipvlan, .macvlan): .kind
        case (.ipvlan, .ipvlan) where holds.attachment != wanted: .ipvlanMode
        default: nil
        }
    }
}

extension DriverError {
    fileprivate static func parentHasOtherKind(
        parent: String, wanted: Attachment, holder: NetworkID, holds: Attachment
    ) -> DriverError {
        DriverError(
            "parent=\(parent): network \(holder.short) uses it for \(holds), and the kernel does not let "
                + "\(wanted.kindName) share a parent with \(holds.kindName); use another parent or "
                + "\(holds.kindName) here too")
    }

    fileprivate static func parentHasOtherIPvlanMode(
        parent: String, wanted: Attachment, holder: NetworkID, holds: Attachment
    ) -> DriverError {
        DriverError(
            "parent=\(parent): network \(holder.short) uses it for \(holds), and the kernel has one ipvlan mode "
                + "and flag for all networks of a parent, so that \(wanted) would change them; use the same or "
                + "another parent")
    }

    fileprivate static func parentNotShared(
        parent: String, wanted: Attachment, holder: NetworkID, holds: Attachment
    ) -> DriverError {
        let passthru = wanted == .macvlan(.passthru) ? wanted : holds
        return DriverError(
            "parent=\(parent): network \(holder.short) uses it for \(holds), and \(passthru) shares its parent "
                + "with nothing; use another parent")
    }

    /// A link that was made for an endpoint that is not known any more, and is in a container, may be about to die.
    fileprivate static func parentHeldByLink(parent: String, wanted: Attachment, link: HostLink) -> DriverError {
        let place = link.isElsewhere ? "in another network namespace, as containers have them, " : ""
        let isLostEndpoint = if case .endpoint? = link.owner { link.isElsewhere } else { false }
        return DriverError(
            "parent=\(parent): link \"\(link.name)\" \(place)is \(link.kind.noun) on it that no network of "
                + "swiftvlan's has, and the kernel does not let \(wanted) share a parent with that; remove it or use "
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
        case .other(let name): "a \(name) link"
        case .device: "a link"
        }
    }
}
