import CMNL
package import Netlink
package import NetworkTypes

/// A unicast route, as `RTM_NEWROUTE` describes it.
///
///     |<- nlmsghdr 16 ->|<- rtmsg 12: family, lengths, tos, table, protocol, scope, type, flags ->|<- RTA_… ->|
package struct RouteMessage: Hashable, Sendable {
    /// The destination, without host bits.
    package var destination: IPPrefix
    package var gateway: IPAddress?
    /// The link that the route leaves by.
    package var link: InterfaceIndex?
    package var preferredSource: IPAddress?
    package var table: UInt32
    /// Who made the route (`RTPROT_…`, rtnetlink(7)).
    package var `protocol`: RouteProtocol
    /// How far the destination is; the kernel ignores it for IPv6.
    package var scope: RouteScope

    package init(
        to destination: IPPrefix,
        via gateway: IPAddress? = nil,
        link: InterfaceIndex? = nil,
        preferredSource: IPAddress? = nil,
        table: UInt32 = Self.mainTable,
        protocol: RouteProtocol,
        scope: RouteScope? = nil
    ) {
        self.destination = destination.network
        self.gateway = gateway
        self.link = link
        self.preferredSource = preferredSource
        self.table = table
        self.protocol = `protocol`
        self.scope = scope ?? (gateway == nil && destination.family == .ipv4 ? .link : .universe)
    }

    /// The table that the kernel looks in by default (`RT_TABLE_MAIN`).
    package static let mainTable: UInt32 = 254

    static let destinationKey = AttributeKey<IPAddress>(Int(RTA_DST.rawValue))
    static let gatewayKey = AttributeKey<IPAddress>(Int(RTA_GATEWAY.rawValue))
    static let linkKey = AttributeKey<UInt32>(Int(RTA_OIF.rawValue))
    static let preferredSourceKey = AttributeKey<IPAddress>(Int(RTA_PREFSRC.rawValue))
    static let tableKey = AttributeKey<UInt32>(Int(RTA_TABLE.rawValue))

    /// Reads a route; nothing for other families, and for routes that are not unicast.
    package init?(decoding message: borrowing Message) throws(DecodingError) {
        let header = try message.header(as: rtmsg.self)
        guard let family = AddressFamily(kernelNumber: header.rtm_family), Int(header.rtm_type) == RTN_UNICAST else {
            return nil
        }
        var destination = IPPrefix.everything(family).address
        var route = RouteMessage(
            to: .everything(family), table: UInt32(header.rtm_table),
            protocol: RouteProtocol(rawValue: header.rtm_protocol), scope: RouteScope(rawValue: header.rtm_scope))
        var attributes = message.attributes(after: rtmsg.self)
        while let attribute = try attributes.next() {
            switch attribute.type {
            case Self.destinationKey.rawType: destination = try attribute.value(Self.destinationKey)
            case Self.gatewayKey.rawType: route.gateway = try attribute.value(Self.gatewayKey)
            case Self.linkKey.rawType:
                route.link = InterfaceIndex(Int32(truncatingIfNeeded: try attribute.value(Self.linkKey)))
            case Self.preferredSourceKey.rawType:
                route.preferredSource = try attribute.value(Self.preferredSourceKey)
            case Self.tableKey.rawType: route.table = try attribute.value(Self.tableKey)
            default: break
            }
        }
        guard let prefix = IPPrefix(destination, length: Int(header.rtm_dst_len)), prefix.family == family else {
            throw .badValue(attribute: Self.destinationKey.rawType, size: destination.octets.count)
        }
        route.destination = prefix
        self = route
    }

    func request(type: Int, flags: Int32) throws(EncodingError) -> MessageBuilder {
        var message = MessageBuilder(type: UInt16(type), flags: UInt16(NLM_F_ACK | flags))
        var header = rtmsg()
        header.rtm_family = destination.family.kernelNumber
        header.rtm_dst_len = UInt8(destination.length)
        header.rtm_table = UInt8(exactly: table) ?? UInt8(RT_TABLE_UNSPEC.rawValue)
        header.rtm_protocol = `protocol`.rawValue
        header.rtm_scope = scope.rawValue
        header.rtm_type = UInt8(RTN_UNICAST)
        try message.putHeader(header)
        if destination.length > 0 { try message.put(Self.destinationKey, destination.address) }
        if let gateway { try message.put(Self.gatewayKey, gateway) }
        if let link { try message.put(Self.linkKey, UInt32(bitPattern: link.number)) }
        if let preferredSource { try message.put(Self.preferredSourceKey, preferredSource) }
        if UInt8(exactly: table) == nil { try message.put(Self.tableKey, table) }
        return message
    }
}

/// Who made a route: `RTPROT_…` (linux/rtnetlink.h); the kernel only keeps it.
package struct RouteProtocol: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let kernel = RouteProtocol(rawValue: 2)
    package static let boot = RouteProtocol(rawValue: 3)
    package static let `static` = RouteProtocol(rawValue: 4)
}

/// How far away a route's destination is: `RT_SCOPE_…` (linux/rtnetlink.h).
package struct RouteScope: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let universe = RouteScope(rawValue: 0)
    package static let link = RouteScope(rawValue: 253)
    package static let host = RouteScope(rawValue: 254)
}
