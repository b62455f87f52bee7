import CMNL
import Netlink
package import NetworkTypes

/// The settings of an ipvlan: an interface with its parent's MAC address and its own IP addresses (drivers/net/ipvlan).
///
/// The kernel keeps both settings per parent: setting them on one link sets them on all links of that parent
/// (`ipvlan_set_port_mode` in ipvlan_main.c).
package struct IPvlanLink: Hashable, Sendable {
    package static let kindName = "ipvlan"
    static let tapKindName = "ipvtap"

    private static let modeKey = AttributeKey<UInt16>(IFLA_IPVLAN_MODE)
    private static let flagsKey = AttributeKey<UInt16>(IFLA_IPVLAN_FLAGS)

    /// The kernel's number for the mode: l2 0, l3 1, l3s 2.
    package let rawMode: UInt16
    /// The kernel's flag bits: none for bridge, private 1, vepa 2.
    package let rawFlags: UInt16

    package init(mode: IPvlanMode, flag: IPvlanFlag) {
        rawMode =
            switch mode {
            case .l2: UInt16(IPVLAN_MODE_L2.rawValue)
            case .l3: UInt16(IPVLAN_MODE_L3.rawValue)
            case .l3s: UInt16(IPVLAN_MODE_L3S.rawValue)
            }
        rawFlags =
            switch flag {
            case .bridge: 0
            case .private: UInt16(IPVLAN_F_PRIVATE)
            case .vepa: UInt16(IPVLAN_F_VEPA)
            }
    }

    /// The mode, if this project supports it.
    package var mode: IPvlanMode? {
        IPvlanMode.allCases.first { IPvlanLink(mode: $0, flag: .bridge).rawMode == rawMode }
    }

    /// The flag, if this project supports it.
    package var flag: IPvlanFlag? {
        IPvlanFlag.allCases.first { IPvlanLink(mode: .l2, flag: $0).rawFlags == rawFlags }
    }

    func encode(into message: inout MessageBuilder) throws(EncodingError) {
        try message.put(Self.modeKey, rawMode)
        try message.put(Self.flagsKey, rawFlags)
    }

    init(decoding attributes: consuming AttributeCursor) throws(DecodingError) {
        var mode: UInt16 = 0
        var flags: UInt16 = 0
        while let attribute = try attributes.next() {
            if attribute.is(Self.modeKey) { mode = try attribute.value(Self.modeKey) }
            if attribute.is(Self.flagsKey) { flags = try attribute.value(Self.flagsKey) }
        }
        rawMode = mode
        rawFlags = flags
    }
}
