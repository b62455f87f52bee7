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
