import NetworkTypes

/// The purpose of a link that swiftvlan created.
///
/// It is written into the link's alias, which stays with the link when it is moved or renamed.
package enum LinkOwner: Hashable, Sendable {
    /// The link of one endpoint.
    case endpoint(EndpointID)
    /// A VLAN sub-interface, shared by the networks that name it as their parent.
    case vlan
    /// The dummy parent of one network.
    case isolatedParent(NetworkID)
    /// The host's own link on a parent, through which it reaches the containers of the networks with host access.
    case shim
    /// No owner: the link must be removed, by a later run if this one dies first.
    ///
    /// A new link has this owner until it gets its alias.
    case retired

    private static let program = "swiftvlan"

    /// The text of the alias, as `ip link` shows it.
    package var alias: String {
        switch self {
        case .endpoint(let id): "\(Self.program) endpoint \(id)"
        case .vlan: "\(Self.program) vlan"
        case .isolatedParent(let id): "\(Self.program) isolated \(id)"
        case .shim: "\(Self.program) shim"
        case .retired: "\(Self.program) retired"
        }
    }

    /// Parses an alias; nil if swiftvlan did not write it.
    package init?(alias: String) {
        let words = alias.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard words.first == Self.program else { return nil }
        switch (words.dropFirst().first, words.count) {
        case ("endpoint", 3):
            guard let id = EndpointID(words[2]) else { return nil }
            self = .endpoint(id)
        case ("vlan", 2):
            self = .vlan
        case ("shim", 2):
            self = .shim
        case ("retired", 2):
            self = .retired
        case ("isolated", 3):
            guard let id = NetworkID(words[2]) else { return nil }
            self = .isolatedParent(id)
        default:
            return nil
        }
    }
}

/// A link that swiftvlan created, identified by its name and the owner in its alias.
struct OwnedLink: Hashable {
    let name: InterfaceName
    let owner: LinkOwner
}

extension HostLink {
    /// The link's name and owner; nil for links that others created.
    var owned: OwnedLink? {
        guard let owner, let name = InterfaceName(name) else { return nil }
        return OwnedLink(name: name, owner: owner)
    }
}
