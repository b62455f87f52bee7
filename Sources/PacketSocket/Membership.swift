import CPacketSocket
import NetworkTypes

/// A MAC address whose frames the link receives as long as the socket is open and a member.
///
/// - multicast: A macvlan link discards frames for groups that nobody joined (`macvlan_broadcast` in
///   drivers/net/macvlan.c). The kernel joins the group of all nodes only on a link with IPv6, and a solicited-node group
///   only for an address that the link has.
/// - unicast: A NIC with a filter discards frames for the MAC address of a link that is not up yet. The kernel makes a NIC
///   without a filter promiscuous, as it does for a macvlan link that is up (`__dev_set_rx_mode` in net/core/dev.c).
struct Membership: Hashable {
    private let type: Int32
    private let macAddress: MACAddress

    /// Returns what a socket needs that hears of these addresses, and answers to these MAC addresses.
    static func all(for addresses: [IPAddress], sentTo macAddresses: [MACAddress]) -> Set<Membership> {
        var all = Set(macAddresses.map { Membership(type: PACKET_MR_UNICAST, macAddress: $0) })
        for address in addresses {
            guard case .v6(let address) = address else { continue }
            for group in [.allNodes, address.solicitedNode] as [IPv6Address] {
                all.insert(Membership(type: PACKET_MR_MULTICAST, macAddress: MACAddress(multicast: group)))
            }
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
