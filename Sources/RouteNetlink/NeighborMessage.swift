import CMNL
package import Netlink
package import NetworkTypes

/// An entry of the neighbor table, as `RTM_NEWNEIGH` describes it: the MAC address of a host on a link's LAN.
///
///     |<- nlmsghdr 16 ->|<- ndmsg 12: family, padding 3, index, state, flags, type ->|<- NDA_… attributes ->|
package struct NeighborMessage: Hashable, Sendable {
    package var link: InterfaceIndex
    package var address: IPAddress
    /// The MAC address; nil while the kernel asks for it.
    package var macAddress: MACAddress?
    package var state: NeighborState
    /// The entry's origin; nil if the program that added it did not say, and before Linux 5.0.
    package var `protocol`: RouteProtocol?

    package init(
        link: InterfaceIndex, address: IPAddress, macAddress: MACAddress? = nil, state: NeighborState = .permanent,
        protocol: RouteProtocol? = nil
    ) {
        self.link = link
        self.address = address
        self.macAddress = macAddress
        self.state = state
        self.protocol = `protocol`
    }

    private static let addressKey = AttributeKey<IPAddress>(NDA_DST)
    private static let macAddressKey = AttributeKey<MACAddress>(NDA_LLADDR)
    private static let protocolKey = AttributeKey<UInt8>(NDA_PROTOCOL)
    private static let linkKey = AttributeKey<Int32>(NDA_IFINDEX)

    /// Decodes an entry; returns nil for other messages and families.
    package init?(decoding message: borrowing Message) throws(DecodingError) {
        guard Int(message.type) == RTM_NEWNEIGH else { return nil }
        let header = try message.header(as: ndmsg.self)
        guard let family = AddressFamily(kernelNumber: header.ndm_family), let link = InterfaceIndex(header.ndm_ifindex)
        else { return nil }
        var address: IPAddress?
        var macAddress: MACAddress?
        var origin: RouteProtocol?
        var attributes = message.attributes(after: ndmsg.self)
        while let attribute = try attributes.next() {
            switch attribute.type {
            case Self.addressKey.rawType: address = try attribute.value(Self.addressKey)
            // Links other than Ethernet have addresses of other lengths, which are ignored.
            case Self.macAddressKey.rawType: macAddress = MACAddress(octets: attribute.bytes)
            case Self.protocolKey.rawType: origin = RouteProtocol(rawValue: try attribute.value(Self.protocolKey))
            default: break
            }
        }
        guard let address, address.family == family else {
            throw .badValue(attribute: Self.addressKey.rawType, size: MemoryLayout<ndmsg>.size)
        }
        self.init(
            link: link, address: address, macAddress: macAddress, state: NeighborState(rawValue: header.ndm_state),
            protocol: origin)
    }

    /// Builds the request that lists the entries of a link, of both families.
    static func dump(_ link: InterfaceIndex) throws(EncodingError) -> MessageBuilder {
        var message = try MessageBuilder(RTM_GETNEIGH, flags: NLM_F_DUMP, ndmsg())
        try message.put(linkKey, link.number)
        return message
    }

    /// Builds the request that adds the entry, or replaces the one with its address.
    func addition() throws(EncodingError) -> MessageBuilder {
        var message = try request(type: RTM_NEWNEIGH, flags: NLM_F_CREATE | NLM_F_REPLACE)
        if let origin = `protocol` { try message.put(Self.protocolKey, origin.rawValue) }
        if let macAddress { try message.put(Self.macAddressKey, macAddress) }
        return message
    }

    /// Builds the request that removes the entry; the kernel finds it by its link and address alone.
    func removal() throws(EncodingError) -> MessageBuilder { try request(type: RTM_DELNEIGH, flags: 0) }

    private func request(type: Int, flags: Int32) throws(EncodingError) -> MessageBuilder {
        var header = ndmsg()
        header.ndm_family = address.family.kernelNumber
        header.ndm_ifindex = link.number
        header.ndm_state = state.rawValue
        var message = try MessageBuilder(type, flags: NLM_F_ACK | flags, header)
        try message.put(Self.addressKey, address)
        return message
    }
}

/// The state of a neighbor entry: `NUD_…` (linux/neighbour.h).
package struct NeighborState: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The entry never expires, and the kernel never asks for its address.
    package static let permanent = NeighborState(rawValue: UInt16(NUD_PERMANENT))
}
