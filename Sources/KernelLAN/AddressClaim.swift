import NetworkTypes
import PacketSocket

/// The statement of a received frame that a host has an address, or is about to take it.
struct AddressClaim: Hashable {
    let address: IPAddress
    /// Where the host says that it is reached.
    let macAddress: MACAddress
    /// Which link sent the frame: another address than that of the host if, for example, several routers share one.
    let source: MACAddress
    /// What distinguishes a probe for an IPv6 address from a copy of one's own (RFC 7527 §4).
    let nonce: Nonce?

    /// Reads a frame; nil if it claims nothing.
    ///
    /// In ARP, each packet claims its sender's address, and a probe the address that it asks for (RFC 5227 §2.1.1). In
    /// neighbor discovery, an advertisement claims its target, and so does a probe (RFC 4862 §5.4.3, §5.4.4).
    init?(_ frame: EthernetFrame) {
        source = frame.source
        switch frame.payload {
        case .arp(let packet):
            let isProbe = packet.senderIP.bits == 0
            guard !isProbe || packet.operation == .request else { return nil }
            address = .v4(isProbe ? packet.targetIP : packet.senderIP)
            macAddress = packet.senderMAC
            nonce = nil
        case .neighbor(let packet):
            switch packet.message {
            case .advertisement(let message):
                address = .v6(message.target)
                macAddress = message.targetMAC ?? frame.source
                nonce = nil
            case .solicitation(let message):
                guard packet.source == .unspecified else { return nil }
                address = .v6(message.target)
                macAddress = frame.source
                nonce = message.nonce
            }
        }
    }
}
