package import NetworkTypes

/// An ARP packet for IPv4 over Ethernet (RFC 826).
///
///     |<- hardware type 2 ->|<- protocol type 2 ->|<- lengths 1 + 1 ->|<- operation 2 ->|
///     |<- sender MAC 6 ->|<- sender IP 4 ->|<- target MAC 6 ->|<- target IP 4 ->|
package struct ARPPacket: Hashable, Sendable {
    /// Whether the packet asks or answers; both tell receivers about the sender (RFC 826).
    package enum Operation: UInt16, Hashable, Sendable {
        case request = 1
        case reply = 2
    }

    package var operation: Operation
    package var senderMAC: MACAddress
    /// The sender's address; 0.0.0.0 in a probe, so that no receiver changes its cache (RFC 5227 §2.1.1).
    package var senderIP: IPv4Address
    /// Unknown in a request: RFC 5227 §2.1.1 asks for zeros, and `arping` sends ones.
    package var targetMAC: MACAddress
    package var targetIP: IPv4Address

    package init(
        _ operation: Operation, senderMAC: MACAddress, senderIP: IPv4Address, targetMAC: MACAddress,
        targetIP: IPv4Address
    ) {
        self.operation = operation
        self.senderMAC = senderMAC
        self.senderIP = senderIP
        self.targetMAC = targetMAC
        self.targetIP = targetIP
    }

    /// Returns the question whether a host has the address, asked by one that does not have it yet (RFC 5227 §2.1.1).
    package static func probe(for address: IPv4Address, from sender: MACAddress) -> ARPPacket {
        ARPPacket(
            .request, senderMAC: sender, senderIP: IPv4Address(bits: 0), targetMAC: MACAddress(bits: 0),
            targetIP: address)
    }

    /// Returns the statement that the sender has the address, which corrects stale entries in the caches of neighbors.
    ///
    /// It is a request, although nobody answers: some hosts ignore replies that they did not ask for (RFC 5227 §3).
    package static func announcement(of address: IPv4Address, from sender: MACAddress) -> ARPPacket {
        ARPPacket(
            .request, senderMAC: sender, senderIP: address, targetMAC: MACAddress(bits: 0), targetIP: address)
    }

    /// Returns the answer of the host that has the address.
    package static func reply(
        that address: IPv4Address, isAt sender: MACAddress, to target: MACAddress, _ targetIP: IPv4Address
    ) -> ARPPacket {
        ARPPacket(.reply, senderMAC: sender, senderIP: address, targetMAC: target, targetIP: targetIP)
    }

    private static let ethernet: UInt16 = 1
    private static let ipv4: UInt16 = 0x0800
    private static let addressLengths: UInt16 = 6 << 8 | 4

    @_lifetime(cursor: copy cursor)
    init(decoding cursor: inout FrameCursor) throws(FrameError) {
        try cursor.expect(Self.ethernet, as: .hardwareType)
        try cursor.expect(Self.ipv4, as: .protocolType)
        try cursor.expect(Self.addressLengths, as: .addressLengths)
        let number = try cursor.number(as: UInt16.self)
        guard let operation = Operation(rawValue: number) else { throw .unsupported(.operation, number) }
        self.operation = operation
        senderMAC = try cursor.macAddress()
        senderIP = try cursor.ipv4Address()
        targetMAC = try cursor.macAddress()
        targetIP = try cursor.ipv4Address()
    }

    var bytes: [UInt8] {
        Self.ethernet.octets + Self.ipv4.octets + Self.addressLengths.octets + operation.rawValue.octets
            + senderMAC.octets + senderIP.octets + targetMAC.octets + targetIP.octets
    }
}
