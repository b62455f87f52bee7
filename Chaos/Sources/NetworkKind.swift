/// The kinds of networks that the daemon treats differently.
enum NetworkKind: String, CaseIterable, Sendable {
    case macvlan, vlan, vlanInVLAN, isolated, ipvlan, layer3, passthru

    /// The veth link that networks of this kind lead to at last: each group of kinds that exclude each other has one.
    var parent: String {
        switch self {
        case .macvlan, .vlan, .vlanInVLAN, .isolated: "p0"
        case .ipvlan: "p2"
        case .layer3: "p4"
        case .passthru: "p6"
        }
    }

    /// The kernel's names of the kinds of links that it takes.
    var linkKinds: [String] {
        switch self {
        case .macvlan, .passthru: ["macvlan"]
        case .vlan, .vlanInVLAN: ["macvlan", "vlan"]
        case .isolated: ["macvlan", "dummy"]
        case .ipvlan, .layer3: ["ipvlan"]
        }
    }

    /// What a network of this kind and number has on top of its veth link, from the lowest VLAN number up.
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
