/// Something that could not be removed and will be tried again: Docker does not repeat a call that deletes.
enum PendingRemoval: Hashable {
    case link(OwnedLink)
    case hostRoute(HostRoute)
    /// Everything that a network had on the host for itself, because the host could not be read.
    case surroundings(Network)
    /// Docker has deleted these, and their records could not be removed.
    case network(NetworkID)
    case endpoint(EndpointID)
}
