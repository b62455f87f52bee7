import CMNL
package import Netlink
package import NetworkTypes

/// An address of a link, as `RTM_NEWADDR` describes it.
///
///     |<- nlmsghdr 16 ->|<- ifaddrmsg 8: family, prefix length, flags, scope, index ->|<- IFA_… attributes ->|
package struct AddressMessage: Hashable, Sendable {
    package var link: InterfaceIndex
    package var prefix: IPPrefix

    package init(link: InterfaceIndex, prefix: IPPrefix) {
        self.link = link
        self.prefix = prefix
    }

    /// Reads an address, for tests; nil for families other than IPv4 and IPv6.
    package init?(decoding message: borrowing Message) throws(DecodingError) {
        let header = try message.header(as: ifaddrmsg.self)
        guard let link = InterfaceIndex(Int32(bitPattern: header.ifa_index)),
            AddressFamily(kernelNumber: header.ifa_family) != nil
        else { return nil }
        var address: IPAddress?
        var local: IPAddress?
        var attributes = message.attributes(after: ifaddrmsg.self)
        while let attribute = try attributes.next() {
            if attribute.is(Self.addressKey) { address = try attribute.value(Self.addressKey) }
            if attribute.is(Self.localKey) { local = try attribute.value(Self.localKey) }
        }
        // On a point-to-point link IFA_ADDRESS is the peer's (linux/if_addr.h).
        guard let own = local ?? address, let prefix = IPPrefix(own, length: Int(header.ifa_prefixlen)) else {
            return nil
        }
        self.init(link: link, prefix: prefix)
    }

    private static let flagsKey = AttributeKey<UInt32>(IFA_FLAGS)
    static let addressKey = AttributeKey<IPAddress>(IFA_ADDRESS)
    static let localKey = AttributeKey<IPAddress>(IFA_LOCAL)

    func request(type: Int, flags: Int32, addressFlags: AddressFlags = []) throws(EncodingError) -> MessageBuilder {
        var message = MessageBuilder(type: UInt16(type), flags: UInt16(NLM_F_ACK | flags))
        var header = ifaddrmsg()
        header.ifa_family = prefix.family.kernelNumber
        header.ifa_prefixlen = UInt8(prefix.length)
        header.ifa_index = UInt32(bitPattern: link.number)
        try message.putHeader(header)
        try message.put(Self.localKey, prefix.address)
        try message.put(Self.addressKey, prefix.address)
        if !addressFlags.isEmpty { try message.put(Self.flagsKey, addressFlags.rawValue) }
        return message
    }
}

/// What the kernel skips for an address: `IFA_F_…` (linux/if_addr.h).
package struct AddressFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// No duplicate address detection on the LAN, which exists for IPv6 only.
    package static let noDuplicateDetection = AddressFlags(rawValue: UInt32(IFA_F_NODAD))
    /// No route to the address's prefix.
    package static let noPrefixRoute = AddressFlags(rawValue: UInt32(IFA_F_NOPREFIXROUTE))
}

extension AddressFamily {
    /// The kernel's number, `AF_INET` or `AF_INET6`.
    var kernelNumber: UInt8 {
        switch self {
        case .ipv4: UInt8(AF_INET)
        case .ipv6: UInt8(AF_INET6)
        }
    }

    init?(kernelNumber: UInt8) {
        guard let family = Self.allCases.first(where: { $0.kernelNumber == kernelNumber }) else { return nil }
        self = family
    }
}
