import NetworkTypes

/// What the driver remembers about the host's access to containers, none of which outlives it.
struct HostAccessStates {
    /// The endpoints that left their containers but were not deleted yet.
    var departed: Set<EndpointID> = []
    /// The families of networks that the host cannot reach, which was reported.
    var unserved: Set<UnservedFamily> = []
    /// The parents whose shims could not be created, with the reason, which was reported.
    var problems: [InterfaceIndex: String] = [:]
}
