package import NetworkTypes

/// An address of one of the host's links.
package struct HostAddress: Hashable, Sendable {
    package var linkIndex: InterfaceIndex
    /// The host's address with its subnet's prefix length.
    package var prefix: IPPrefix
    /// Whether the kernel generated it, for example from a router advertisement.
    package var isKernels: Bool

    package init(_ prefix: IPPrefix, on linkIndex: InterfaceIndex, isKernels: Bool = false) {
        self.linkIndex = linkIndex
        self.prefix = prefix
        self.isKernels = isKernels
    }

    /// Whether a program or an administrator added it.
    ///
    /// Any link that is up may have link-local addresses and ones that the kernel generated.
    package var isSomebodys: Bool { !isKernels && !prefix.address.isLinkLocal }
}
