import NetworkTypes
import RouteNetlink

extension LinkGroup {
    /// The group of the links that are being made: each is in it from its first moment until it has its mark.
    ///
    /// The kernel leaves an alias unheeded when it makes a link and heeds a group (`rtnl_create_link` in
    /// net/core/rtnetlink.c), so that a link is known for what it is also when this program ends between the two
    /// requests. The number is "swvl" in ASCII: nobody picks it by hand, and the groups of links that are retired are
    /// far below (`RetirementBacklog`).
    static let unfinished = LinkGroup(rawValue: 0x7377_766C)
}

extension LinkMessage {
    /// Whether this program made the link and ended before it could mark it, or is about to mark it.
    ///
    /// One with an alias is somebody's: whoever gave it that may have put it into the group too.
    var isUnfinished: Bool { group == .unfinished && alias == nil && isOfKindMadeHere }

    private var isOfKindMadeHere: Bool {
        switch kind {
        case .macvlan, .ipvlan, .vlan, .dummy: true
        case .macvtap, .ipvtap, .veth, .other, nil: false
        }
    }
}
