package import NetworkTypes

/// The names of the links that swiftvlan creates; all fit the kernel's limit of 15 bytes.
package enum LinkNames {
    /// The host-side name of an endpoint's link: `sv` and the identifier's first 12 characters.
    package static func endpoint(_ id: EndpointID) -> InterfaceName? { InterfaceName("sv" + id.short) }

    /// The name of a network's dummy parent: `sd-` and the identifier's first 12 characters.
    package static func isolatedParent(_ id: NetworkID) -> InterfaceName? { InterfaceName("sd-" + id.short) }

    /// The name of a VLAN sub-interface: `eth0.50`, or a short form if that is too long.
    ///
    /// The short form is `sl`, eight digits derived from the lower link's name, and the VLAN ID.
    package static func vlan(_ id: VLANID, on lower: LinkName) -> InterfaceName? {
        InterfaceName(fullVLANName(id, on: lower))
            ?? InterfaceName("sl\(digits(StableHash.of(lower.text))).\(id.number)")
    }

    /// The name of a VLAN sub-interface without regard to the length limit.
    package static func fullVLANName(_ id: VLANID, on lower: LinkName) -> String {
        "\(lower.text).\(id.number)"
    }

    /// The name of the shim on a parent: `sh-eth0`, or a short form if that is too long.
    ///
    /// The short form is `sh` and eight digits derived from the parent's name.
    package static func shim(on parent: LinkName) -> InterfaceName? {
        InterfaceName("sh-\(parent.text)") ?? InterfaceName("sh\(digits(StableHash.of(parent.text)))")
    }

    /// Returns another name for each attempt, for a parent whose shim cannot have the usual name.
    static func shim(on parent: String, attempt: Int = 0) -> InterfaceName? {
        guard attempt > 0 else { return LinkName(parent).flatMap { shim(on: $0) } }
        return InterfaceName("sh\(digits(StableHash.of("\(parent) \(attempt)")))")
    }

    private static func digits(_ hash: UInt64) -> String {
        let text = String(hash & 0xFFFF_FFFF, radix: 16)
        return String(repeating: "0", count: 8 - text.count) + text
    }
}
