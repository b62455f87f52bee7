package import NetworkTypes

/// An address of one of the host's links.
package struct HostAddress: Hashable, Sendable {
    package var linkIndex: InterfaceIndex
    /// The host's own address, with its subnet's length.
    package var prefix: IPPrefix
    /// Whether the kernel made it by itself, as it does for a router's announcement: nobody asked for it.
    package var isKernels: Bool

    package init(_ prefix: IPPrefix, on linkIndex: InterfaceIndex, isKernels: Bool = false) {
        self.linkIndex = linkIndex
        self.prefix = prefix
        self.isKernels = isKernels
    }

    /// Whether somebody gave the link this address: any link that is up may have the kernel's, and one of its own.
    package var isSomebodys: Bool { !isKernels && !prefix.address.isLinkLocal }
}
