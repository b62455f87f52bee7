import NetworkTypes

/// Rules for parents that are macvlan or ipvlan links themselves, such as a container's own interface.
///
/// The kernel puts a macvlan on a macvlan, and an ipvlan on an ipvlan, onto the link below, which may be in another
/// network namespace. A lower link carries only one of the two kinds (`macvlan_common_newlink`, `ipvlan_link_new`;
/// tried with Linux 6.1).
enum NestedParent {
    /// Checks a network's links against their parent, or, with `isTagged`, against the link that carries their VLAN.
    static func check(_ wanted: Attachment, on link: HostLink, isTagged: Bool) throws(DriverError) {
        if isTagged { try checkCarriesVLANs(link) }
        switch (link.kind, wanted) {
        case (.ipvlan(let mode, _), .macvlan):
            throw .macvlanOnIPvlan(link, mode: mode)
        case (.ipvlan, .ipvlan) where link.kind != HostLinkKind(wanted):
            throw .ipvlanOfOtherMode(link, wanted)
        case (.macvlan(.passthru), .macvlan) where !isTagged:
            throw .macvlanOnPassthru(link)
        case (.macvlan, .macvlan(.passthru)) where !isTagged:
            throw .passthruOnMacvlan(link)
        // A passthru link receives every frame, and a passthru link on the VLAN has the address that is received.
        case (.macvlan(let mode), .macvlan(let inner)) where isTagged && mode != .passthru && inner != .passthru:
            throw .macvlanOnTaggedMacvlan(link)
        default: return
        }
    }

    /// Checks a link after the kernel refused to put another on it.
    ///
    /// An ipvlan on an ipvlan needs the right to create one on the link below. This system may lack it if it is a
    /// container itself.
    static func checkIsOwn(_ link: HostLink, _ message: String) throws(DriverError) {
        if case .ipvlan = link.kind { throw .ipvlanOfOtherUser(link, message) }
    }

    /// Checks a link that should carry VLAN links.
    static func checkCarriesVLANs(_ link: HostLink) throws(DriverError) {
        if case .ipvlan = link.kind { throw .ipvlanCarriesNoVLANs(link) }
    }
}

extension DriverError {
    private static func nested(_ link: HostLink, _ words: String) -> DriverError {
        DriverError("\"\(link.name)\" is \(link.kind.noun), \(words)")
    }

    fileprivate static func ipvlanCarriesNoVLANs(_ link: HostLink) -> DriverError {
        nested(
            link,
            "which carries no VLAN tags; make the VLAN link where \"\(link.name)\" comes from, and give this system a link "
                + "on that instead")
    }

    fileprivate static func ipvlanOfOtherUser(_ link: HostLink, _ message: String) -> DriverError {
        DriverError(
            "\(message): \"\(link.name)\" is \(link.kind.noun) that this system was given by another user, who alone may "
                + "put more of them beside it; have this system given a macvlan or veth link instead")
    }

    fileprivate static func macvlanOnIPvlan(_ link: HostLink, mode: IPvlanMode?) -> DriverError {
        nested(
            link,
            "which receives packets for its own MAC address only, so that the kernel puts no macvlan links on it; use "
                + "mode=\(mode?.rawValue ?? "l2")")
    }

    fileprivate static func ipvlanOfOtherMode(_ link: HostLink, _ wanted: Attachment) -> DriverError {
        let instead = link.kind.attachment.map { "use \($0)" } ?? "use another parent"
        return nested(
            link,
            "and \(wanted) would change the mode of that and of all others that it shares its network card with; "
                + instead)
    }

    fileprivate static func macvlanOnPassthru(_ link: HostLink) -> DriverError {
        nested(
            link,
            "and macvlan passthru shares its parent with no other macvlan link; use an ipvlan mode, such as mode=l2")
    }

    fileprivate static func passthruOnMacvlan(_ link: HostLink) -> DriverError {
        nested(
            link,
            "which shares its network card with others, and macvlan passthru shares with nothing; use mode=bridge")
    }

    fileprivate static func macvlanOnTaggedMacvlan(_ link: HostLink) -> DriverError {
        nested(
            link,
            "which receives packets for its own MAC address only, so that macvlan links on a VLAN of it would receive "
                + "none; use an ipvlan mode, such as mode=l2")
    }
}
