package import NetworkTypes

/// The names of the links that this program makes; all fit the kernel's 15 bytes.
package enum LinkNames {
    /// The host-side name of an endpoint's link: `sv` and the identifier's first 12 characters.
    package static func endpoint(_ id: EndpointID) -> InterfaceName? { InterfaceName("sv" + id.short) }

    /// The name of a network's dummy parent: `sd-` and the identifier's first 12 characters.
    package static func isolatedParent(_ id: NetworkID) -> InterfaceName? { InterfaceName("sd-" + id.short) }

    /// The name of a VLAN sub-interface: `eth0.50`, or where that is too long `sl`, eight digits that stand for the
    /// name of the link below, and the number.
    package static func vlan(_ id: VLANID, on lower: LinkName) -> InterfaceName? {
        InterfaceName(fullVLANName(id, on: lower))
            ?? InterfaceName("sl\(digits(StableHash.of(lower.text))).\(id.number)")
    }

    /// The name that a VLAN sub-interface has where names are long enough.
    package static func fullVLANName(_ id: VLANID, on lower: LinkName) -> String {
        "\(lower.text).\(id.number)"
    }

    private static func digits(_ hash: UInt64) -> String {
        let text = String(hash & 0xFFFF_FFFF, radix: 16)
        return String(repeating: "0", count: 8 - text.count) + text
    }
}
