/// How macvlan interfaces of one parent may communicate (linux/if_link.h, `macvlan_mode`).
package enum MacvlanMode: String, Hashable, Sendable, CaseIterable {
    case bridge, `private`, vepa, passthru
}

/// The layer at which an ipvlan parent forwards (linux/if_link.h, `ipvlan_mode`); the same for all of a parent's links.
package enum IPvlanMode: String, Hashable, Sendable, CaseIterable {
    case l2, l3, l3s

    /// Whether the links route by address instead of resolving neighbors, so that they need no next hop.
    package var isLayer3: Bool { self != .l2 }
}

/// How ipvlan interfaces of one parent may communicate (`IPVLAN_F_*`); the same for all of a parent's links.
package enum IPvlanFlag: String, Hashable, Sendable, CaseIterable {
    case bridge, `private`, vepa
}
