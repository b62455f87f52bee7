import NetworkTypes

/// A use of one of our VLAN links by another program, which makes the link the host's.
enum HostUse: Hashable {
    case address(IPPrefix)
    case route(to: IPPrefix)
    /// The link is a port of a bridge, bond, team or VRF.
    case port(of: String)
}

extension HostUse: CustomStringConvertible {
    /// A clause for a sentence: `the host has address 192.168.50.9/24 on it`.
    var description: String {
        switch self {
        case .address(let address): "the host has address \(address) on it"
        case .route(let destination): "the host has a route to \(destination) over it"
        case .port(let master): "it is a port of \"\(master)\""
        }
    }
}
