package import NetworkTypes

extension EthernetFrame {
    /// Returns the question whether another host has the address, asked by a host that does not have it yet.
    ///
    /// For IPv4, that is the probe of RFC 5227 §2.1.1; for IPv6, the solicitation of duplicate address detection (RFC 4862
    /// §5.4.2), which only there contains the nonce.
    package static func probe(for address: IPAddress, from sender: MACAddress, nonce: Nonce? = nil) -> EthernetFrame {
        switch address {
        case .v4(let address):
            return EthernetFrame(to: .broadcast, from: sender, .arp(.probe(for: address, from: sender)))
        case .v6(let address):
            let question = NeighborSolicitation(for: address, nonce: nonce)
            let packet = NeighborPacket(from: .unspecified, to: address.solicitedNode, .solicitation(question))
            return EthernetFrame(to: MACAddress(multicast: packet.destination), from: sender, .neighbor(packet))
        }
    }

    /// Returns the statement that the sender has the address, unasked, which replaces a stale MAC address in the caches of
    /// all neighbors that know the address.
    ///
    /// For IPv4, that is the announcement of RFC 5227 §2.3; for IPv6, the unsolicited advertisement of RFC 4861 §7.2.6.
    /// `isRouter` must say whether the host forwards IPv6: a neighbor stops using a router that announces the opposite.
    package static func announcement(
        of address: IPAddress, from sender: MACAddress, isRouter: Bool = false
    ) -> EthernetFrame {
        switch address {
        case .v4(let address):
            return EthernetFrame(to: .broadcast, from: sender, .arp(.announcement(of: address, from: sender)))
        case .v6(let address):
            let statement = NeighborAdvertisement(
                of: address, at: sender, flags: isRouter ? [.router, .override] : .override)
            let packet = NeighborPacket(from: address, to: .allNodes, .advertisement(statement))
            return EthernetFrame(to: MACAddress(multicast: packet.destination), from: sender, .neighbor(packet))
        }
    }
}
