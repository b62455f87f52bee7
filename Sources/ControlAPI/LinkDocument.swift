/// A link of the host that networks use.
package struct LinkDocument: Codable, Hashable, Sendable {
    package enum Role: String, Codable, Sendable {
        /// A link of the host, such as a NIC or bond, which swiftvlan never changes.
        case host
        /// A VLAN sub-interface that swiftvlan created.
        case vlan
        /// The dummy link of an isolated network.
        case isolated
        /// The host's own link on a parent, for host access.
        case shim
    }

    package var name: String
    package var role: Role
    /// The kernel's kind, such as `vlan` or `bond`; nil for a NIC, and if the link does not exist.
    package var kind: String?
    /// Whether the link exists.
    package var exists: Bool
    /// Whether the link is administratively up.
    package var isUp: Bool
    /// Whether the link has a carrier.
    package var hasCarrier: Bool
    package var mtu: Int?
    package var macAddress: String?
    /// The name of the link below.
    package var lower: String?
    /// The name of the bond, team, bridge or VRF whose port the link is.
    package var master: String?
    /// The VLAN ID, if the link is a VLAN.
    package var vlan: Int?
    /// Addresses that swiftvlan gave to a shim.
    package var addresses: [String]

    package init(
        name: String, role: Role, kind: String? = nil, exists: Bool = true, isUp: Bool = true,
        hasCarrier: Bool = true, mtu: Int? = nil, macAddress: String? = nil, lower: String? = nil, master: String? = nil,
        vlan: Int? = nil, addresses: [String] = []
    ) {
        self.name = name
        self.role = role
        self.kind = kind
        self.exists = exists
        self.isUp = isUp
        self.hasCarrier = hasCarrier
        self.mtu = mtu
        self.macAddress = macAddress
        self.lower = lower
        self.master = master
        self.vlan = vlan
        self.addresses = addresses
    }
}
