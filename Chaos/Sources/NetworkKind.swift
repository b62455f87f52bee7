/// The kinds of networks that the daemon treats differently.
enum NetworkKind: String, CaseIterable, Sendable {
    case macvlan, vlan, vlanInVLAN, isolated, ipvlan, layer3, passthru

    /// The veth link below networks of this kind. Kinds that exclude each other have different ones.
    var parent: String {
        switch self {
        case .macvlan, .vlan, .vlanInVLAN, .isolated: "p0"
        case .ipvlan: "p2"
        case .layer3: "p4"
        case .passthru: "p6"
        }
    }

    /// The kernel's names of the link kinds that such a network needs.
    var linkKinds: [String] {
        switch self {
        case .macvlan, .passthru: ["macvlan"]
        case .vlan, .vlanInVLAN: ["macvlan", "vlan"]
        case .isolated: ["macvlan", "dummy"]
        case .ipvlan, .layer3: ["ipvlan"]
        }
    }

    /// The VLAN IDs that a network of this kind and number stacks on its veth link, from the lowest up.
    func vlans(_ number: Int) -> [Int] {
        switch self {
        case .vlan: [10 + number % 90]
        case .vlanInVLAN: [100 + number % 90, 200 + number % 90]
        case .macvlan, .isolated, .ipvlan, .layer3, .passthru: []
        }
    }

    var mode: String {
        switch self {
        case .macvlan, .vlan, .vlanInVLAN, .isolated: "bridge"
        case .ipvlan: "l2"
        case .layer3: "l3"
        case .passthru: "passthru"
        }
    }
}
