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
    /// The routing table of a VRF; nil for any other link.
    package var table: UInt32?
    package var alias: String?
    /// The index of the bridge, bond, team or VRF whose port it is.
    package var masterIndex: Int32?
    /// The index of the link below or of a veth's peer; nil if that is in another network namespace.
    package var lowerIndex: Int32?
    package var addresses: [IPPrefix]

    package init(
        _ name: String, alternativeNames: [String] = [], index: Int32 = 0, isUp: Bool = true, hasCarrier: Bool = true,
        isLoopback: Bool = false, mtu: Int = 1500, macAddress: MACAddress? = nil, kind: String? = nil,
        table: UInt32? = nil, alias: String? = nil, masterIndex: Int32? = nil, lowerIndex: Int32? = nil,
        addresses: [IPPrefix] = []
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
        self.table = table
        self.alias = alias
        self.masterIndex = masterIndex
        self.lowerIndex = lowerIndex
        self.addresses = addresses
    }
}

/// All links of a network namespace.
package struct HostLinks: Hashable, Sendable {
    /// In the kernel's order.
    package let all: [HostLink]
    private let byName: [String: HostLink]
    private let byIndex: [Int32: HostLink]
    private let vrfs: [UInt32: HostLink]

    package init(_ all: [HostLink] = []) {
        self.all = all
        byIndex = Dictionary(all.map { ($0.index, $0) }) { first, _ in first }
        vrfs = Dictionary(all.compactMap { link in link.table.map { ($0, link) } }) { first, _ in first }
        // A name and an alternative name are never the same (`__dev_get_by_name` in net/core/dev.c).
        byName = Dictionary(all.flatMap { link in ([link.name] + link.alternativeNames).map { ($0, link) } }) {
            first, _ in first
        }
    }

    /// Finds a link by its name or an alternative name, as the kernel does.
    package func link(named name: String) -> HostLink? { byName[name] }

    /// Finds the VRF with a routing table.
    func vrf(with table: UInt32) -> HostLink? { vrfs[table] }

    /// Finds a link by its index.
    package func link(at index: Int32?) -> HostLink? { index.flatMap { byIndex[$0] } }
}
