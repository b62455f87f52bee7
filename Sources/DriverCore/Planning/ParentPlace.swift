import NetworkTypes

/// The place of a network on the host: an existing link, and the VLAN links to create on it.
struct ParentPlace {
    /// The uppermost existing link.
    var link: HostLink
    /// The VLAN links to create on it, from the bottom up; empty if the link itself is the parent.
    var missing: [SubInterface] = []

    init(_ link: HostLink) { self.link = link }

    /// The name of the link that is the direct parent of endpoints' links.
    var linkName: String { missing.last?.name.text ?? link.name }
}

/// The meaning of a user's options: a place, and the names by which it is found again.
struct ResolvedParent {
    /// Nil for an isolated network.
    var place: ParentPlace?
    /// The parent to record.
    var parent: NetworkParent
    var notices: [Notice] = []
}
