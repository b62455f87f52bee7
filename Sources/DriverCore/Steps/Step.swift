import NetworkTypes

/// One change to the host.
enum Step: Hashable {
    case create(LinkSpec)
    case setUp(HostLink)
    case setMTU(Int, of: HostLink)
    case setAddressGeneration(Bool, of: HostLink)
    case addRoute(HostRoute)
    case removeRoute(HostRoute)
    /// Adds a route over a shim, or puts it in the place of ours to the same destination, if there is one.
    case replaceRoute(HostRoute, former: HostRoute?)
    /// Adds an address to a shim.
    case addAddress(IPAddress, to: HostLink)
    case removeAddress(IPAddress, from: HostLink)
    case addNeighbor(HostNeighbor)
    case removeNeighbor(HostNeighbor)
    /// Makes the filter of a shim let these MAC addresses pass instead of the former ones, which are nil without one.
    case setSources(Set<MACAddress>, of: HostLink, former: Set<MACAddress>?)
    /// Takes one of our links out of service: the one that was seen, or without it the link with that name and owner.
    case retire(OwnedLink, seen: HostLink? = nil)
    /// Leaves one of our links to the host, which uses it.
    case release(HostLink, OwnedLink, HostUse)
}

/// A link that a step creates.
enum LinkSpec: Hashable {
    /// A VLAN sub-interface on the link of a name, which an earlier step of the plan may create.
    ///
    /// With `generatesAddress`, the host gets an IPv6 address on it.
    case vlan(SubInterface, on: LinkName, generatesAddress: Bool)
    case isolatedParent(InterfaceName, of: NetworkID, mtu: Int?)
    case endpoint(HostLinkPlan)
    case shim(HostLinkPlan)

    var ownedLink: OwnedLink {
        switch self {
        case .vlan(let vlan, _, _): OwnedLink(name: vlan.name, owner: .vlan)
        case .isolatedParent(let name, let id, _): OwnedLink(name: name, owner: .isolatedParent(id))
        case .endpoint(let plan), .shim(let plan): OwnedLink(name: plan.name, owner: plan.owner)
        }
    }
}

extension Step {
    /// The step that undoes this one; nil if there is nothing to undo or undoing is impossible.
    ///
    /// A step that restored a link's settings needs no undoing. A retired link does not come back, and a released one
    /// stays released.
    var inverse: Step? {
        switch self {
        case .create(let link): .retire(link.ownedLink)
        case .addRoute(let route): .removeRoute(route)
        case .removeRoute(let route): .addRoute(route)
        case .replaceRoute(let route, let former):
            former.map { .replaceRoute($0, former: route) } ?? .removeRoute(route)
        case .addAddress(let address, let shim): .removeAddress(address, from: shim)
        case .removeAddress(let address, let shim): .addAddress(address, to: shim)
        case .addNeighbor(let neighbor): .removeNeighbor(neighbor)
        case .removeNeighbor(let neighbor): .addNeighbor(neighbor)
        case .setSources(let sources, let shim, let former?): .setSources(former, of: shim, former: sources)
        case .setSources, .setUp, .setMTU, .setAddressGeneration, .retire, .release: nil
        }
    }
}
