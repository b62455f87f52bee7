import NetworkTypes

/// A removal that failed and will be retried, because Docker does not repeat a delete call.
enum PendingRemoval: Hashable {
    case link(OwnedLink)
    case hostRoute(HostRoute)
    /// A network's own links and routes, which could not be determined because reading the host failed.
    case surroundings(Network)
    case neighbor(HostNeighbor)
    /// Addresses of a shim, or MAC addresses that its filter lets pass.
    case shimContent(InterfaceIndex)
    /// The host's access to an endpoint, which could not be determined because reading the host failed.
    case access(Endpoint, Network)
    /// Docker deleted the network or endpoint, but its record could not be removed.
    case network(NetworkID)
    case endpoint(EndpointID)
}

extension Step {
    /// The removal to retry if the step fails.
    var pendingRemoval: PendingRemoval? {
        switch self {
        case .retire(let link, _), .release(_, let link, _): .link(link)
        case .removeRoute(let route): .hostRoute(route)
        case .removeNeighbor(let neighbor): .neighbor(neighbor)
        case .removeAddress(_, let shim), .setSources(_, let shim, _): .shimContent(shim.index)
        case .create, .setUp, .setMTU, .setAddressGeneration, .addRoute, .replaceRoute, .addAddress,
            .addNeighbor:
            nil
        }
    }
}
