import NetworkTypes

/// Which networks can share a parent: the kernel's rules, checked before it has to refuse.
enum ParentSharing {
    /// Checks a network that is to be made against those that use its parent already.
    ///
    /// Macvlan and ipvlan each claim a parent's packets for themselves (`rx_handler`, one for each link), a passthru
    /// link claims it alone, and ipvlan keeps mode and flags per parent (drivers/net/macvlan.c, ipvlan_main.c).
    static func check(
        _ wanted: Attachment,
        on parent: InterfaceName,
        besides holders: some Sequence<Network>
    ) throws(DriverError) {
        // Sorted, so that the same network is named whenever several are in the way.
        for holder in holders.sorted(by: { $0.id.text < $1.id.text }) {
            let (link, holds) = (parent.text, holder.attachment)
            switch (wanted, holds) {
            case (.macvlan(.passthru), _), (_, .macvlan(.passthru)):
                throw .parentNotShared(parent: link, wanted: wanted, holder: holder.id, holds: holds)
            case (.macvlan, .ipvlan), (.ipvlan, .macvlan):
                throw .parentHasOtherKind(parent: link, wanted: wanted, holder: holder.id, holds: holds)
            case (.ipvlan, .ipvlan) where wanted != holds:
                throw .parentHasOtherIPvlanMode(parent: link, wanted: wanted, holder: holder.id, holds: holds)
            default:
                continue
            }
        }
    }
}
