import NetworkTypes

/// Finds out whether other programs use a VLAN link that swiftvlan created.
///
/// The link is in use if it has an address or route that was added to it, or is a port. Then it belongs to the host,
/// and stays when no network needs it.
///
/// Only the current state of the link counts, not the configuration of a network service. On hosts with udev, the
/// program `swiftvlan-host-link` releases links that the host's configuration names.
struct HostUseFinder {
    let host: HostView

    /// Returns another program's use of a link; nil for an unused link, and for one of a single network or endpoint.
    ///
    /// Link-local addresses and ones that the kernel generated do not count: every link that is up may have them.
    func use(of link: HostLink) throws(DriverError) -> HostUse? {
        guard link.owner == .vlan else { return nil }
        if let index = link.masterIndex { return .port(of: try host.link(at: index)?.name ?? "\(index)") }
        let addresses = try host.addresses().filter { $0.linkIndex == link.index && $0.isSomebodys }
        if let address = addresses.first { return .address(address.prefix) }
        return try host.addedRoutes(over: link).first.map { .route(to: $0.destination) }
    }
}
