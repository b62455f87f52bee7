import NetworkTypes

/// Finds out whether somebody else uses a VLAN link that this program made: with an address or route of the host's, or
/// as a port. Then it is the host's, and stays when no network needs it any more.
///
/// What a network service is configured to do with a link is not seen here, only what it has done. Where udev runs, the
/// program `swiftvlan-host-link` releases links that the host's configuration names.
struct HostUseFinder {
    let host: HostView

    /// Somebody's use of a link; nil where there is none, and for links that were made for a network or endpoint alone.
    ///
    /// Addresses of the link's own and the kernel's say nothing: every link that is up may have them.
    func use(of link: HostLink) throws(DriverError) -> HostUse? {
        guard link.owner == .vlan else { return nil }
        if let index = link.masterIndex { return .port(of: try host.link(at: index)?.name ?? "\(index)") }
        let addresses = try host.addresses().filter { $0.linkIndex == link.index && $0.isSomebodys }
        if let address = addresses.first { return .address(address.prefix) }
        return try host.addedRoutes(over: link).first.map { .route(to: $0.destination) }
    }
}
