/// The kinds of networks that the daemon treats differently.
enum NetworkKind: String, CaseIterable, Sendable {
    case macvlan, vlan, vlanInVLAN, isolated, ipvlan, layer3, passthru
    /// With host access, from the host's own address on the parent.
    case hostMacvlan, hostLayer3
    /// With host access, from an address that the user reserved for the host.
    case reservedMacvlan, reservedIPvlan, reservedLayer3VLAN

    /// The veth link below networks of this kind. Kinds that exclude each other have different ones.
    var parent: String {
        switch self {
        case .macvlan, .vlan, .vlanInVLAN, .isolated, .hostMacvlan, .reservedMacvlan: "p0"
        case .ipvlan, .reservedIPvlan: "p2"
        case .layer3, .hostLayer3, .reservedLayer3VLAN: "p4"
        case .passthru: "p6"
        }
    }

    /// The kernel's names of the link kinds that such a network needs.
    var linkKinds: [String] {
        switch self {
        case .macvlan, .passthru, .hostMacvlan, .reservedMacvlan: ["macvlan"]
        case .vlan, .vlanInVLAN: ["macvlan", "vlan"]
        case .isolated: ["macvlan", "dummy"]
        case .ipvlan, .layer3, .reservedIPvlan, .hostLayer3: ["ipvlan"]
        case .reservedLayer3VLAN: ["ipvlan", "vlan"]
        }
    }

    /// The VLAN IDs that a network of this kind and number stacks on its veth link, from the lowest up.
    func vlans(_ number: Int) -> [Int] {
        switch self {
        case .vlan, .reservedLayer3VLAN: [10 + number % 90]
        case .vlanInVLAN: [100 + number % 90, 200 + number % 90]
        case .macvlan, .isolated, .ipvlan, .layer3, .passthru: []
        case .hostMacvlan, .hostLayer3, .reservedMacvlan, .reservedIPvlan: []
        }
    }

    var mode: String {
        switch self {
        case .macvlan, .vlan, .vlanInVLAN, .isolated, .hostMacvlan, .reservedMacvlan: "bridge"
        case .ipvlan, .reservedIPvlan: "l2"
        case .layer3, .hostLayer3, .reservedLayer3VLAN: "l3"
        case .passthru: "passthru"
        }
    }

    var hasHostAccess: Bool {
        switch self {
        case .hostMacvlan, .hostLayer3, .reservedMacvlan, .reservedIPvlan, .reservedLayer3VLAN: true
        case .macvlan, .vlan, .vlanInVLAN, .isolated, .ipvlan, .layer3, .passthru: false
        }
    }

    /// Whether the user reserves an address for the host.
    var reservesHostAddress: Bool {
        switch self {
        case .reservedMacvlan, .reservedIPvlan, .reservedLayer3VLAN: true
        default: false
        }
    }

    /// Whether the containers have IP addresses of the parent's LAN, which other hosts can have too.
    var isOnLAN: Bool {
        switch self {
        case .macvlan, .vlan, .vlanInVLAN, .ipvlan, .hostMacvlan, .reservedMacvlan, .reservedIPvlan: true
        case .isolated, .layer3, .passthru, .hostLayer3, .reservedLayer3VLAN: false
        }
    }

    /// Whether the shim has a filter, which the kernel needs classifiers for.
    var needsFilter: Bool { hasHostAccess && isOnLAN }

    /// Whether the host knows the containers' MAC addresses.
    var hasNeighbors: Bool { needsFilter && linkKinds.contains("macvlan") }
}
