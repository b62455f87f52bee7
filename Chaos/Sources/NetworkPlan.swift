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

    /// The host's own link on the parent; nil without host access.
    var shimName: String? { kind.hasHostAccess ? "sh-\(linkName)" : nil }

    /// The links that the daemon creates for the network, except the shim, from the lowest up.
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

    /// The subnet, if the host has a route to all of it.
    var routedSubnet: String? { kind.mode == "l3" ? subnet : nil }

    /// The address that the user reserved for the host.
    var hostAddress: String? { kind.reservesHostAddress ? String(address(250).prefix { $0 != "/" }) : nil }

    /// The reserved addresses by name.
    var auxiliaryAddresses: [String: String] { kind.reservesHostAddress ? ["host": address(250)] : [:] }

    /// Whether the daemon asks the LAN for the address of a new endpoint and waits for the answer.
    var refusesConflicts: Bool { kind.isOnLAN && number % 3 == 1 }

    /// The values of `-o`. Networks differ in how they check and announce addresses.
    var options: [String: String] {
        var options = ["parent": parentOption, "mode": kind.mode].compactMapValues { $0 }
        if kind.hasHostAccess { options["host_access"] = "on" }
        guard kind.isOnLAN else { return options }
        if refusesConflicts { (options["conflict"], options["conflict_timeout"]) = ("refuse", "50") }
        if number % 3 == 2 { options["conflict"] = "off" }
        options["announce"] = ["auto", "on", "off"][number / 3 % 3]
        return options
    }
}

extension NetworkPlan: CustomStringConvertible {
    var description: String { "\(kind.rawValue) network \(id.prefix(12)) (\(parentOption ?? "no parent"), \(subnet))" }
}
