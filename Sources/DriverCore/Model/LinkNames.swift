package import NetworkTypes

/// The names of the links that this program makes; all fit the kernel's 15 bytes.
package enum LinkNames {
    /// The host-side name of an endpoint's link: `sv` and the identifier's first 12 characters.
    package static func endpoint(_ id: EndpointID) -> InterfaceName? {
        InterfaceName("sv" + id.short)
    }

    /// The name of a network's dummy parent: `sd-` and the identifier's first 12 characters.
    package static func isolatedParent(_ id: NetworkID) -> InterfaceName? {
        InterfaceName("sd-" + id.short)
    }
}
