import NetworkTypes

/// Where on the host a network is to be: a link that is there, and the VLAN links that are to be made upon it.
struct ParentPlace {
    /// The uppermost link that is there.
    var link: HostLink
    /// What is to be made upon it, from the lowest up; empty when endpoints' links sit on the link itself.
    var missing: [SubInterface] = []

    init(_ link: HostLink) { self.link = link }

    /// The name of the link that endpoints' links sit on.
    var linkName: String { missing.last?.name.text ?? link.name }
}

/// What a user's options mean: a place, and the names by which it is found again.
struct ResolvedParent {
    /// Nil for an isolated network.
    var place: ParentPlace?
    /// For the record.
    var parent: NetworkParent
    var notices: [Notice] = []
}
