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

extension Step {
    /// What remains to be done when the step cannot be carried out now.
    var pendingRemoval: PendingRemoval? {
        switch self {
        case .retire(let link, _), .release(_, let link, _): .link(link)
        case .removeRoute(let route): .hostRoute(route)
        case .create, .setUp, .setMTU, .setAddressGeneration, .addRoute: nil
        }
    }
}
