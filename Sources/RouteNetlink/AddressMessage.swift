import CMNL
package import Netlink
package import NetworkTypes

/// An address of a link, as `RTM_NEWADDR` describes it.
///
///     |<- nlmsghdr 16 ->|<- ifaddrmsg 8: family, prefix length, flags, scope, index ->|<- IFA_… attributes ->|
package struct AddressMessage: Hashable, Sendable {
    package var link: InterfaceIndex
    /// The link's own address with its subnet's prefix length; on a point-to-point link, the prefix length of the peer.
    package var prefix: IPPrefix
    package var flags: AddressFlags
    /// The address's origin; unspecified before Linux 5.18.
    package var origin: AddressOrigin

    package init(
        link: InterfaceIndex, prefix: IPPrefix, flags: AddressFlags = [], origin: AddressOrigin = .unspecified
    ) {
        self.link = link
        self.prefix = prefix
        self.flags = flags
        self.origin = origin
    }

    private static let flagsKey = AttributeKey<UInt32>(IFA_FLAGS)
    private static let addressKey = AttributeKey<IPAddress>(IFA_ADDRESS)
    private static let localKey = AttributeKey<IPAddress>(IFA_LOCAL)
    private static let originKey = AttributeKey<UInt8>(IFA_PROTO)

    /// Decodes a message of a dump; returns nil for other messages and families.
    package init?(decoding message: borrowing Message) throws(DecodingError) {
        guard Int(message.type) == RTM_NEWADDR else { return nil }
        try self.init(describing: message)
    }

    /// Decodes the address that a message describes; returns nil for other families.
    ///
    /// IPv6 sends only `IFA_ADDRESS`, except for point-to-point addresses. If both attributes are present,
    /// `IFA_ADDRESS` is the peer's address (rtnetlink(7)).
    init?(describing message: borrowing Message) throws(DecodingError) {
        let header = try message.header(as: ifaddrmsg.self)
        guard let family = AddressFamily(kernelNumber: header.ifa_family) else { return nil }
        var (own, other): (IPAddress?, IPAddress?)
        var flags = UInt32(header.ifa_flags)
        var origin = AddressOrigin.unspecified
        var attributes = message.attributes(after: ifaddrmsg.self)
        while let attribute = try attributes.next() {
            switch attribute.type {
            case Self.localKey.rawType: own = try attribute.value(Self.localKey)
            case Self.addressKey.rawType: other = try attribute.value(Self.addressKey)
            case Self.flagsKey.rawType: flags = try attribute.value(Self.flagsKey)
            case Self.originKey.rawType: origin = AddressOrigin(rawValue: try attribute.value(Self.originKey))
            default: break
            }
        }
        guard let link = InterfaceIndex(Int32(bitPattern: header.ifa_index)), let address = own ?? other,
            address.family == family, let prefix = IPPrefix(address, length: Int(header.ifa_prefixlen))
        else { throw .badValue(attribute: 0, size: MemoryLayout<ifaddrmsg>.size) }
        self.init(link: link, prefix: prefix, flags: AddressFlags(rawValue: flags), origin: origin)
    }

    /// Builds the request that lists the addresses of both families on all links.
    static func dump() throws(EncodingError) -> MessageBuilder {
        try MessageBuilder(RTM_GETADDR, flags: NLM_F_DUMP, ifaddrmsg())
    }

    func request(type: Int, flags: Int32) throws(EncodingError) -> MessageBuilder {
        var header = ifaddrmsg()
        header.ifa_family = prefix.family.kernelNumber
        header.ifa_prefixlen = UInt8(prefix.length)
        header.ifa_index = UInt32(bitPattern: link.number)
        var message = try MessageBuilder(type, flags: NLM_F_ACK | flags, header)
        try message.put(Self.localKey, prefix.address)
        try message.put(Self.addressKey, prefix.address)
        if type == RTM_NEWADDR, !self.flags.isEmpty { try message.put(Self.flagsKey, self.flags.rawValue) }
        return message
    }
}

extension AddressFamily {
    /// The kernel's number, `AF_INET` or `AF_INET6`.
    var kernelNumber: UInt8 { self == .ipv4 ? UInt8(AF_INET) : UInt8(AF_INET6) }

    init?(kernelNumber: UInt8) {
        guard let family = Self.allCases.first(where: { $0.kernelNumber == kernelNumber }) else { return nil }
        self = family
    }
}
