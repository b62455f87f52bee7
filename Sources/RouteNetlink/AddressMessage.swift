import CMNL
import Netlink
package import NetworkTypes

/// An address to add to a link, or to remove from it: `RTM_NEWADDR` and `RTM_DELADDR`.
///
///     |<- nlmsghdr 16 ->|<- ifaddrmsg 8: family, prefix length, flags, scope, index ->|<- IFA_… attributes ->|
package struct AddressMessage: Hashable, Sendable {
    package var link: InterfaceIndex
    package var prefix: IPPrefix

    package init(link: InterfaceIndex, prefix: IPPrefix) {
        self.link = link
        self.prefix = prefix
    }

    private static let flagsKey = AttributeKey<UInt32>(IFA_FLAGS)
    private static let addressKey = AttributeKey<IPAddress>(IFA_ADDRESS)
    private static let localKey = AttributeKey<IPAddress>(IFA_LOCAL)

    func request(type: Int, flags: Int32, addressFlags: AddressFlags = []) throws(EncodingError) -> MessageBuilder {
        var header = ifaddrmsg()
        header.ifa_family = prefix.family.kernelNumber
        header.ifa_prefixlen = UInt8(prefix.length)
        header.ifa_index = UInt32(bitPattern: link.number)
        var message = try MessageBuilder(type, flags: NLM_F_ACK | flags, header)
        try message.put(Self.localKey, prefix.address)
        try message.put(Self.addressKey, prefix.address)
        if !addressFlags.isEmpty { try message.put(Self.flagsKey, addressFlags.rawValue) }
        return message
    }
}

/// What the kernel skips for an address: `IFA_F_…` (linux/if_addr.h).
package struct AddressFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// No duplicate address detection on the LAN, which exists for IPv6 only.
    package static let noDuplicateDetection = AddressFlags(rawValue: UInt32(IFA_F_NODAD))
    /// No route to the address's prefix.
    package static let noPrefixRoute = AddressFlags(rawValue: UInt32(IFA_F_NOPREFIXROUTE))
}

extension AddressFamily {
    /// The kernel's number, `AF_INET` or `AF_INET6`.
    var kernelNumber: UInt8 { self == .ipv4 ? UInt8(AF_INET) : UInt8(AF_INET6) }

    init?(kernelNumber: UInt8) {
        guard let family = Self.allCases.first(where: { $0.kernelNumber == kernelNumber }) else { return nil }
        self = family
    }
}
