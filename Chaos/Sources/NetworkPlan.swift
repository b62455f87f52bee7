/// A network that the harness creates, and the links and routes that it needs.
struct NetworkPlan: Sendable, Hashable {
    /// A link that the daemon creates for a network.
    struct OwnLink: Sendable, Hashable {
        let name: String
        let alias: String
        /// The lower link and the VLAN ID; nil for a dummy.
        let vlan: VLAN?

        struct VLAN: Sendable, Hashable {
            let lower: String
            let number: UInt16
        }
    }

    let id: String
    let kind: NetworkKind
    /// Determines the subnet, which is unique, and the VLAN, which networks may share.
    let number: Int
    let vlans: [Int]

    init(id: String, kind: NetworkKind, number: Int, vlanNumber: Int? = nil) {
        self.id = id
        self.kind = kind
        self.number = number
        vlans = kind.vlans(vlanNumber ?? number)
    }

    var subnet: String { "10.\(number >> 8 & 0xff).\(number & 0xff).0/24" }

    func address(_ host: Int) -> String { "10.\(number >> 8 & 0xff).\(number & 0xff).\(host)/24" }

    /// The value of `-o parent=`; nil for a network without one.
    var parentOption: String? {
        kind == .isolated ? nil : ([kind.parent] + vlans.map(String.init)).joined(separator: ".")
    }

    /// The parent of the endpoints' links.
    var linkName: String { parentOption ?? "sd-\(id.prefix(12))" }

    /// The links that the daemon creates for the network, from the lowest up.
    var ownLinks: [OwnLink] {
        guard kind != .isolated else {
            return [OwnLink(name: linkName, alias: "swiftvlan isolated \(id)", vlan: nil)]
        }
        var lower = kind.parent
        return vlans.map { number in
            defer { lower += ".\(number)" }
            return OwnLink(
                name: "\(lower).\(number)", alias: "swiftvlan vlan",
                vlan: OwnLink.VLAN(lower: lower, number: UInt16(number)))
        }
    }

    /// The destinations of the host routes to the network.
    var routes: [String] { kind == .layer3 ? [subnet] : [] }
}

extension NetworkPlan: CustomStringConvertible {
    var description: String { "\(kind.rawValue) network \(id.prefix(12)) (\(parentOption ?? "no parent"), \(subnet))" }
}
