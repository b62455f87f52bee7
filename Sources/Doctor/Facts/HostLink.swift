package import NetworkTypes

/// A link of the host as the kernel describes it.
package struct HostLink: Hashable, Sendable {
    package var name: String
    package var alternativeNames: [String]
    package var index: Int32
    /// Whether it is administratively up.
    package var isUp: Bool
    /// Whether it is up and has a carrier.
    package var hasCarrier: Bool
    package var isLoopback: Bool
    package var mtu: Int
    package var macAddress: MACAddress?
    /// The kernel's name of its kind, such as `bridge` or `macvlan`; nil for a NIC.
    package var kind: String?
    package var alias: String?
    /// The index of the bridge, bond, team or VRF whose port it is.
    package var masterIndex: Int32?
    /// The index of the link below or of a veth's peer; nil if that is in another network namespace.
    package var lowerIndex: Int32?
    package var addresses: [IPPrefix]

    package init(
        _ name: String, alternativeNames: [String] = [], index: Int32 = 0, isUp: Bool = true, hasCarrier: Bool = true,
        isLoopback: Bool = false, mtu: Int = 1500, macAddress: MACAddress? = nil, kind: String? = nil,
        alias: String? = nil, masterIndex: Int32? = nil, lowerIndex: Int32? = nil, addresses: [IPPrefix] = []
    ) {
        self.name = name
        self.alternativeNames = alternativeNames
        self.index = index
        self.isUp = isUp
        self.hasCarrier = hasCarrier
        self.isLoopback = isLoopback
        self.mtu = mtu
        self.macAddress = macAddress
        self.kind = kind
        self.alias = alias
        self.masterIndex = masterIndex
        self.lowerIndex = lowerIndex
        self.addresses = addresses
    }
}

/// All links of a network namespace.
package struct HostLinks: Hashable, Sendable {
    /// In the kernel's order.
    package var all: [HostLink]

    package init(_ all: [HostLink] = []) { self.all = all }

    /// Finds a link by its name or an alternative name, as the kernel does.
    package func link(named name: String) -> HostLink? {
        all.first { $0.name == name } ?? all.first { $0.alternativeNames.contains(name) }
    }

    /// Finds a link by its index.
    package func link(at index: Int32?) -> HostLink? {
        guard let index else { return nil }
        return all.first { $0.index == index }
    }
}
