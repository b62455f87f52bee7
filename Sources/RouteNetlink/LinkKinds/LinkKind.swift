import Netlink

/// The kind of a link and its settings: `IFLA_LINKINFO`, whose `IFLA_INFO_KIND` names the kind and whose
/// `IFLA_INFO_DATA` has a different format for each.
package enum LinkKind: Hashable, Sendable {
    case macvlan(MacvlanLink)
    /// A macvlan whose packets a program exchanges through a device file (drivers/net/macvtap.c).
    case macvtap(MacvlanLink)
    case ipvlan(IPvlanLink)
    /// An ipvlan whose packets a program exchanges through a device file (drivers/net/ipvlan/ipvtap.c).
    case ipvtap(IPvlanLink)
    case vlan(VLANLink)
    case bridge(BridgeLink)
    case vrf(VRFLink)
    /// A virtual link without settings that drops all packets (drivers/net/dummy.c).
    case dummy
    /// A kind that this layer does not know, with its settings as the kernel sent them.
    case other(name: String, data: [UInt8])

    private static let dummyName = "dummy"

    /// The kernel's name of the kind (`rtnl_link_ops.kind`).
    package var name: String {
        switch self {
        case .macvlan: MacvlanLink.kindName
        case .macvtap: MacvlanLink.tapKindName
        case .ipvlan: IPvlanLink.kindName
        case .ipvtap: IPvlanLink.tapKindName
        case .vlan: VLANLink.kindName
        case .bridge: BridgeLink.kindName
        case .vrf: VRFLink.kindName
        case .dummy: Self.dummyName
        case .other(let name, _): name
        }
    }

    /// Writes the contents of `IFLA_INFO_DATA` for the kinds that this layer knows.
    private func encodeSettings(into message: inout MessageBuilder) throws(EncodingError) {
        switch self {
        case .macvlan(let settings), .macvtap(let settings): try settings.encode(into: &message)
        case .ipvlan(let settings), .ipvtap(let settings): try settings.encode(into: &message)
        case .vlan(let settings): try settings.encode(into: &message)
        case .bridge(let settings): try settings.encode(into: &message)
        case .vrf(let settings): try settings.encode(into: &message)
        case .dummy, .other: break
        }
    }

    /// Writes `IFLA_LINKINFO`.
    func encode(into message: inout MessageBuilder) throws(EncodingError) {
        try message.nest(LinkAttribute.info) { (info) throws(EncodingError) in
            try info.put(LinkAttribute.infoKind, name)
            switch self {
            case .dummy: break
            case .other(_, let data): try info.put(LinkAttribute.infoDataBytes, data)
            default:
                try info.nest(LinkAttribute.infoData) { (data) throws(EncodingError) in
                    try encodeSettings(into: &data)
                }
            }
        }
    }

    /// Decodes `IFLA_LINKINFO`; returns nil if it names no kind, as for a port with only its master's settings.
    init?(decodingInfo attributes: consuming AttributeCursor) throws(DecodingError) {
        var name: String?
        var data: [UInt8] = []
        while let attribute = try attributes.next() {
            if attribute.is(LinkAttribute.infoKind) { name = try attribute.value(LinkAttribute.infoKind) }
            if attribute.is(LinkAttribute.infoData) { data = attribute.bytes }
        }
        guard let name else { return nil }
        let settings = AttributeCursor(data.span.bytes)
        switch name {
        case MacvlanLink.kindName: self = .macvlan(try MacvlanLink(decoding: settings))
        case IPvlanLink.kindName: self = .ipvlan(try IPvlanLink(decoding: settings))
        case MacvlanLink.tapKindName: self = .macvtap(try MacvlanLink(decoding: settings))
        case IPvlanLink.tapKindName: self = .ipvtap(try IPvlanLink(decoding: settings))
        case VLANLink.kindName: self = .vlan(try VLANLink(decoding: settings))
        case BridgeLink.kindName: self = .bridge(try BridgeLink(decoding: settings))
        case VRFLink.kindName: self = .vrf(try VRFLink(decoding: settings))
        case Self.dummyName: self = .dummy
        default: self = .other(name: name, data: data)
        }
    }
}
