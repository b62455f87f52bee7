import CPacketSocket
import NetworkTypes

/// A multicast group whose frames the link receives as long as the socket is open and a member.
///
/// A macvlan link discards frames for groups that nobody joined (`macvlan_broadcast` in drivers/net/macvlan.c). The kernel
/// joins the group of all nodes only on a link with IPv6, and a solicited-node group only for an address that the link has.
/// Many groups are replaced by all multicast frames, because each membership waits for the kernel's lock of all links.
struct Membership: Hashable {
    /// All multicast frames.
    static let allMulticast = Membership(type: PACKET_MR_ALLMULTI, macAddress: MACAddress(bits: 0))
    /// The most groups of addresses that are joined one by one.
    static let groupLimit = 16

    private let type: Int32
    private let macAddress: MACAddress

    /// Whether `allMulticast` contains it.
    var isMulticast: Bool { type == PACKET_MR_MULTICAST }

    /// Returns what a socket needs that hears of these addresses.
    static func all(for addresses: [IPAddress]) -> Set<Membership> {
        var all: Set<Membership> = []
        var groups: Set<IPv6Address> = []
        for address in addresses { if case .v6(let address) = address { groups.insert(address.solicitedNode) } }
        guard groups.count <= groupLimit else { return [allMulticast] }
        if !groups.isEmpty { groups.insert(.allNodes) }
        for group in groups {
            all.insert(Membership(type: PACKET_MR_MULTICAST, macAddress: MACAddress(multicast: group)))
        }
        return all
    }

    func request(on link: InterfaceIndex) -> packet_mreq {
        var request = packet_mreq()
        request.mr_ifindex = link.number
        request.mr_type = UInt16(type)
        request.mr_alen = UInt16(ETH_ALEN)
        withUnsafeMutableBytes(of: &request.mr_address) { $0.copyBytes(from: macAddress.octets) }
        return request
    }
}
