package import NetworkTypes

/// Access between the host and the containers of a network, which the option `host_access` turns on.
package struct HostAccess: Hashable, Sendable {
    /// The addresses that the user reserved for the host with `--aux-address host=…`: at most one per family.
    ///
    /// In a family without one, the host's own address on the parent serves, where the kind of link allows that.
    package var addresses: [IPAddress]

    package init(addresses: [IPAddress] = []) { self.addresses = addresses }
}
