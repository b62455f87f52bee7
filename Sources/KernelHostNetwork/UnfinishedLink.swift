import NetworkTypes
import RouteNetlink

extension LinkGroup {
    /// The group of links that are being created; each is in it from its creation until it has its alias.
    ///
    /// When it creates a link, the kernel ignores an alias but not a group (`rtnl_create_link` in
    /// net/core/rtnetlink.c). So the group identifies the link if this program ends between the two requests. The
    /// number is "swvl" in ASCII, which administrators do not pick; the groups of retired links are far below
    /// (`RetirementBacklog`).
    static let unfinished = LinkGroup(rawValue: 0x7377_766C)
}

extension LinkMessage {
    /// Whether this program created the link and has not set its alias, or ended before it could.
    ///
    /// A link with another alias belongs to another program, which may have put it into the group too.
    var isUnfinished: Bool { group == .unfinished && alias == nil && isOfOwnKind }

    private var isOfOwnKind: Bool {
        switch kind {
        case .macvlan, .ipvlan, .vlan, .dummy: true
        case .macvtap, .ipvtap, .bridge, .vrf, .other, nil: false
        }
    }
}
