import DriverCore
import NetworkTypes
import RouteNetlink

/// Selects the notifications that the driver must act on; the others echo its own changes, or change nothing.
///
/// Each container start or stop causes half a dozen notifications: about its link, and about the parent, which the
/// kernel reports again with every upper link. So the filter remembers the driver's view of each link, except endpoint
/// links and links that are being created or removed. It ignores changes that this view does not show.
struct HostFilter {
    private var links: [InterfaceIndex: HostLink] = [:]
    /// The addresses that were reported since the links were listed: the kernel reports each again whenever a router
    /// extends its lifetime.
    private var addresses: Set<HostAddress> = []

    /// Forgets all links and remembers the given ones.
    mutating func reset(to messages: [LinkMessage]) {
        links = [:]
        addresses = []
        for message in messages { links[message.index] = message.watched }
    }

    /// Returns the changed link, address or route for the log, such as `link "eth0"`; returns nil if the driver need not act.
    mutating func change(by notification: RouteNotification) -> String? {
        switch notification {
        case .link(let message):
            let now = message.watched
            let before = links[message.index]
            guard now != before else { return nil }
            links[message.index] = now
            return (now ?? before).map { "link \"\($0.name)\"" }
        case .linkGone(let message):
            // The link may have received its alias while it was down, which the kernel does not report: for example, a
            // VLAN link created on a parent that is down.
            let before = links.removeValue(forKey: message.index) ?? message.watched
            addresses = addresses.filter { $0.linkIndex != message.index }
            return before.map { "link \"\($0.name)\"" }
        case .address(let message):
            guard !message.flags.contains(.tentative), let link = addressed(by: message),
                addresses.insert(message.place).inserted
            else { return nil }
            return "address \(message.prefix) of link \"\(link.name)\""
        case .addressGone(let message):
            addresses.remove(message.place)
            // Also of a shim: the kernel drops a shim's IPv4 routes with its last IPv4 address, and reports only the address.
            return addressed(by: message, orOn: .shim).map { "address \(message.prefix) of link \"\($0.name)\"" }
        case .routeGone(let route):
            guard HostRoute(route).isOurs else { return nil }
            return "route to \(route.destination)"
        // If the new route replaces one of swiftvlan's, the next periodic reconciliation finds that.
        case .route: return nil
        }
    }

    /// Returns the link of an address that the host may use to reach containers, such as one from DHCP.
    ///
    /// The driver itself adds the addresses of shims. Each link that is set up gets an IPv6 link-local address, among them
    /// those of other networks' containers. IPv4 link-local addresses count: with a link's last IPv4 address, the kernel
    /// removes the IPv4 routes over the link and reports none of them (`fib_disable_ip` in net/ipv4/fib_frontend.c).
    private func addressed(by message: AddressMessage, orOn owner: LinkOwner? = nil) -> HostLink? {
        guard !message.isKernels, let link = links[message.link], !link.isLoopback,
            link.owner != .shim || owner == .shim
        else { return nil }
        return link
    }
}

extension AddressMessage {
    fileprivate var place: HostAddress { HostAddress(prefix, on: link) }

    /// Whether the kernel itself gives the link such an address.
    fileprivate var isKernels: Bool { prefix.family == .ipv6 && prefix.address.isLinkLocal }
}

extension LinkMessage {
    /// The driver's view of the link; nil if the driver itself makes all changes to it.
    fileprivate var watched: HostLink? {
        var link = HostLink(self)
        // The driver manages this setting only on its own links.
        if link.owner == nil { link.generatesAddress = nil }
        return switch link.owner {
        case .endpoint, .retired: nil
        case .vlan, .isolatedParent, .shim, nil: link
        }
    }
}
