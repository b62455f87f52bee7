import CMNL
package import Netlink
package import NetworkTypes

/// A route to another host or network, as `RTM_NEWROUTE` describes it.
///
///     |<- nlmsghdr 16 ->|<- rtmsg 12: family, lengths, tos, table, protocol, scope, type, flags ->|<- RTA_… ->|
package struct RouteMessage: Hashable, Sendable {
    /// The destination, without host bits.
    package var destination: IPPrefix
    package var type: RouteType
    /// The next hop; an IPv4 route can have one with an IPv6 address, as BGP sets it on links without IPv4 addresses.
    package var gateway: IPAddress?
    /// The outgoing link; nil for a multipath route and for a route with a nexthop object.
    package var link: InterfaceIndex?
    /// The preferred source address.
    package var preferredSource: IPAddress?
    package var table: UInt32
    /// The route's origin (`RTPROT_…`, rtnetlink(7)).
    package var `protocol`: RouteProtocol
    /// The distance of the destination; the kernel ignores it for IPv6.
    package var scope: RouteScope
    /// The metric; the kernel prefers the route with the lowest one.
    package var metric: UInt32

    package init(
        to destination: IPPrefix, type: RouteType = .unicast, via gateway: IPAddress? = nil,
        link: InterfaceIndex? = nil, preferredSource: IPAddress? = nil, table: UInt32 = Self.mainTable,
        protocol: RouteProtocol, scope: RouteScope? = nil, metric: UInt32? = nil
    ) {
        self.destination = destination.network
        self.type = type
        self.gateway = gateway
        self.link = link
        self.preferredSource = preferredSource
        self.table = table
        self.protocol = `protocol`
        self.scope = scope ?? (gateway == nil && destination.family == .ipv4 ? .link : .universe)
        self.metric = metric ?? Self.defaultMetric(destination.family)
    }

    /// Returns the metric of a route that is added without one (`IP6_RT_PRIO_USER` in linux/ipv6_route.h).
    package static func defaultMetric(_ family: AddressFamily) -> UInt32 { family == .ipv4 ? 0 : 1024 }

    /// The default table (`RT_TABLE_MAIN`).
    package static let mainTable: UInt32 = 254
    /// The table of the kernel's routes to its own addresses and to multicast (`RT_TABLE_LOCAL`).
    package static let localTable: UInt32 = 255

    static let destinationKey = AttributeKey<IPAddress>(Int(RTA_DST.rawValue))
    static let gatewayKey = AttributeKey<IPAddress>(Int(RTA_GATEWAY.rawValue))
    /// A next hop of the other family (`struct rtvia` in linux/rtnetlink.h).
    private static let otherGatewayKey = AttributeKey<RawBytes>(Int(RTA_VIA.rawValue))
    static let metricKey = AttributeKey<UInt32>(Int(RTA_PRIORITY.rawValue))
    /// The next hops of a multipath route, and the ID of a nexthop object (ip-nexthop(8)).
    private static let multipathTypes = [RTA_MULTIPATH, RTA_NH_ID].map { UInt16($0.rawValue) }
    static let linkKey = AttributeKey<Int32>(Int(RTA_OIF.rawValue))
    static let preferredSourceKey = AttributeKey<IPAddress>(Int(RTA_PREFSRC.rawValue))
    static let tableKey = AttributeKey<UInt32>(Int(RTA_TABLE.rawValue))

    /// Decodes a route; returns nil for other families, and for the kernel's routes to its own addresses and to
    /// multicast.
    package init?(decoding message: borrowing Message) throws(DecodingError) {
        let header = try message.header(as: rtmsg.self)
        let type = RouteType(rawValue: header.rtm_type)
        guard let family = AddressFamily(kernelNumber: header.rtm_family), RouteType.toElsewhere.contains(type) else {
            return nil
        }
        var route = RouteMessage(
            to: .everything(family), type: type, table: UInt32(header.rtm_table),
            protocol: RouteProtocol(rawValue: header.rtm_protocol), scope: RouteScope(rawValue: header.rtm_scope),
            metric: 0)
        var destination = route.destination.address
        var isMultipath = false
        var attributes = message.attributes(after: rtmsg.self)
        while let attribute = try attributes.next() {
            if attribute.is(Self.destinationKey) { destination = try attribute.value(Self.destinationKey) }
            if Self.multipathTypes.contains(attribute.type) { isMultipath = true }
            try route.take(attribute)
        }
        guard let prefix = IPPrefix(destination, length: Int(header.rtm_dst_len)), prefix.family == family else {
            throw .badValue(attribute: Self.destinationKey.rawType, size: destination.octets.count)
        }
        route.destination = prefix
        // A multipath route may also name one of its next hops as the route's own.
        if isMultipath { (route.link, route.gateway) = (nil, nil) }
        self = route
    }

    private mutating func take(_ attribute: borrowing Attribute) throws(DecodingError) {
        switch attribute.type {
        case Self.gatewayKey.rawType: gateway = try attribute.value(Self.gatewayKey)
        // The family has 16 bits.
        case Self.otherGatewayKey.rawType: gateway = IPAddress(octets: attribute.bytes.dropFirst(2))
        case Self.linkKey.rawType: link = InterfaceIndex(try attribute.value(Self.linkKey))
        case Self.metricKey.rawType: metric = try attribute.value(Self.metricKey)
        case Self.preferredSourceKey.rawType: preferredSource = try attribute.value(Self.preferredSourceKey)
        case Self.tableKey.rawType: table = try attribute.value(Self.tableKey)
        default: break
        }
    }

    /// Builds the request that adds the route.
    func addition() throws(EncodingError) -> MessageBuilder {
        var message = try request(type: RTM_NEWROUTE, flags: NLM_F_CREATE | NLM_F_EXCL)
        if metric != Self.defaultMetric(destination.family) { try message.put(Self.metricKey, metric) }
        return message
    }

    /// Builds the request that adds the route, or replaces the one with the same destination and metric.
    func replacement() throws(EncodingError) -> MessageBuilder {
        var message = try request(type: RTM_NEWROUTE, flags: NLM_F_CREATE | NLM_F_REPLACE)
        if metric != Self.defaultMetric(destination.family) { try message.put(Self.metricKey, metric) }
        return message
    }

    /// Builds the request that removes the route.
    ///
    /// A request without a metric removes a route of any metric. For IPv4 this is unavoidable with metric 0, which is a
    /// valid metric and also means "any" (`fib_nh_match` in net/ipv4/fib_semantics.c).
    func removal() throws(EncodingError) -> MessageBuilder {
        var message = try request(type: RTM_DELROUTE, flags: 0)
        if metric != 0 { try message.put(Self.metricKey, metric) }
        return message
    }

    private func request(type: Int, flags: Int32) throws(EncodingError) -> MessageBuilder {
        var header = rtmsg()
        header.rtm_family = destination.family.kernelNumber
        header.rtm_dst_len = UInt8(destination.length)
        header.rtm_table = UInt8(exactly: table) ?? UInt8(RT_TABLE_UNSPEC.rawValue)
        header.rtm_protocol = `protocol`.rawValue
        header.rtm_scope = scope.rawValue
        header.rtm_type = self.type.rawValue
        var message = try MessageBuilder(type, flags: NLM_F_ACK | flags, header)
        if destination.length > 0 { try message.put(Self.destinationKey, destination.address) }
        if let gateway {
            if gateway.family == destination.family {
                try message.put(Self.gatewayKey, gateway)
            } else {
                let family = withUnsafeBytes(of: UInt16(gateway.family.kernelNumber)) { Array($0) }
                try message.put(Self.otherGatewayKey, family + gateway.octets)
            }
        }
        if let link { try message.put(Self.linkKey, link.number) }
        if let preferredSource { try message.put(Self.preferredSourceKey, preferredSource) }
        if UInt8(exactly: table) == nil { try message.put(Self.tableKey, table) }
        return message
    }
}
