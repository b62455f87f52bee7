package import NetworkTypes

/// An Ethernet frame with an ARP packet or a neighbor discovery message, without its check sequence.
///
///     |<- destination 6 ->|<- source 6 ->|<- EtherType 2 ->|<- payload ->|
///
/// VLAN tags are not part of it. The kernel adds the tag of a VLAN link to the frames that this link sends, and removes
/// tags before packet sockets receive a frame; `PacketFilter` drops the frames that had one.
package struct EthernetFrame: Hashable, Sendable {
    /// What the frame carries.
    package enum Payload: Hashable, Sendable {
        case arp(ARPPacket)
        case neighbor(NeighborPacket)
    }

    package var destination: MACAddress
    package var source: MACAddress
    package var payload: Payload

    /// Creates a frame; `source` need not be the MAC address of the link that sends it.
    package init(to destination: MACAddress, from source: MACAddress, _ payload: Payload) {
        self.destination = destination
        self.source = source
        self.payload = payload
    }

    /// Decodes a frame without VLAN tags; ignores the padding after its payload, which short frames have on the wire.
    package init(decoding bytes: [UInt8]) throws(FrameError) {
        var cursor = FrameCursor(bytes.span.bytes)
        destination = try cursor.macAddress()
        source = try cursor.macAddress()
        switch EtherType(rawValue: try cursor.number(as: UInt16.self)) {
        case .arp: payload = .arp(try ARPPacket(decoding: &cursor))
        case .ipv6: payload = .neighbor(try NeighborPacket(decoding: &cursor))
        case let other: throw .unsupported(.etherType, other.rawValue)
        }
    }

    /// The type in the header, which follows from the payload.
    package var type: EtherType {
        switch payload {
        case .arp: .arp
        case .neighbor: .ipv6
        }
    }

    /// The frame as it is sent, without padding, which the driver adds (`eth_skb_pad` in linux/etherdevice.h).
    package var bytes: [UInt8] {
        let header = destination.octets + source.octets + type.rawValue.octets
        return switch payload {
        case .arp(let packet): header + packet.bytes
        case .neighbor(let packet): header + packet.bytes
        }
    }
}
