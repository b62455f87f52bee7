import NetworkTypes

/// One change of the host.
enum Step: Hashable {
    case create(LinkSpec)
    case setUp(HostLink)
    case setMTU(Int, of: HostLink)
    case setAddressGeneration(Bool, of: HostLink)
    case addRoute(HostRoute)
    case removeRoute(HostRoute)
    /// Takes a link of this program's out of service: the one that was seen, if it still is the same, or else whatever
    /// has the name and that owner.
    case retire(OwnedLink, seen: HostLink? = nil)
    /// Leaves a link of this program's to the host, which uses it.
    case release(HostLink, OwnedLink, HostUse)
}

/// A link that a step creates.
enum LinkSpec: Hashable {
    /// A VLAN sub-interface on the link of a name, which an earlier step of the same plan may create; with an IPv6
    /// address of the host's where that is needed.
    case vlan(SubInterface, on: LinkName, generatesAddress: Bool)
    case isolatedParent(InterfaceName, of: NetworkID, mtu: Int?)
    case endpoint(HostLinkPlan)

    var ownedLink: OwnedLink {
        switch self {
        case .vlan(let vlan, _, _): OwnedLink(name: vlan.name, owner: .vlan)
        case .isolatedParent(let name, let id, _): OwnedLink(name: name, owner: .isolatedParent(id))
        case .endpoint(let plan): OwnedLink(name: plan.name, owner: plan.owner)
        }
    }
}

extension Step {
    /// The step that undoes this one; nil where nothing is to be undone, because the step restored what has to be, or
    /// cannot be, because a retired link does not come back and a released one is not taken back.
    var inverse: Step? {
        switch self {
        case .create(let link): .retire(link.ownedLink)
        case .addRoute(let route): .removeRoute(route)
        case .removeRoute(let route): .addRoute(route)
        case .setUp, .setMTU, .setAddressGeneration, .retire, .release: nil
        }
    }
}
