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

    /// Forgets all links and remembers the given ones.
    mutating func reset(to messages: [LinkMessage]) {
        links = [:]
        for message in messages { links[message.index] = message.watched }
    }

    /// Returns the changed link or route for the log, such as `link "eth0"`; returns nil if the driver need not act.
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
            return before.map { "link \"\($0.name)\"" }
        case .routeGone(let route):
            guard route.table == RouteMessage.mainTable, HostRoute(route).isOurs else { return nil }
            return "route to \(route.destination)"
        // If the new route replaces one of swiftvlan's, the next periodic reconciliation finds that.
        case .route: return nil
        }
    }
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
