package import NetworkTypes

/// An address of one of the host's links.
package struct HostAddress: Hashable, Sendable {
    package var linkIndex: InterfaceIndex
    /// The host's address with its subnet's prefix length.
    package var prefix: IPPrefix
    /// Whether the kernel generated it, for example from a router advertisement.
    package var isKernels: Bool
    /// Whether the host may use the address for new connections.
    ///
    /// It may not use an IPv6 address that is still checked for duplicates, that has a duplicate, or whose preferred
    /// lifetime is over.
    package var isPreferred: Bool

    package init(
        _ prefix: IPPrefix, on linkIndex: InterfaceIndex, isKernels: Bool = false, isPreferred: Bool = true
    ) {
        self.linkIndex = linkIndex
        self.prefix = prefix
        self.isKernels = isKernels
        self.isPreferred = isPreferred
    }

    /// Whether a program or an administrator added it.
    ///
    /// Any link that is up may have link-local addresses and ones that the kernel generated.
    package var isSomebodys: Bool { !isKernels && !prefix.address.isLinkLocal }
}
