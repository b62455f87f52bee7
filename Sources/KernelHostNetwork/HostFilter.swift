import DriverCore
import NetworkTypes
import RouteNetlink

/// Picks the notifications that the driver has to act on; the others echo its own changes, or change nothing.
///
/// Each start of a container causes half a dozen notifications, and each stop as many: of its link, and of the parent,
/// which the kernel reports again with every upper link. So the filter keeps the driver's view of each link, without
/// endpoints' links and those that are being created or removed. What is not in that view does not count.
struct HostFilter {
    private var links: [InterfaceIndex: HostLink] = [:]

    /// Replaces all that is known by these links.
    mutating func reset(to messages: [LinkMessage]) {
        links = [:]
        for message in messages { links[message.index] = message.watched }
    }

    /// What changed, for the log, as in `link "eth0"`; nil when the driver need not act.
    mutating func change(by notification: RouteNotification) -> String? {
        switch notification {
        case .link(let message):
            let now = message.watched
            let before = links[message.index]
            guard now != before else { return nil }
            links[message.index] = now
            return (now ?? before).map { "link \"\($0.name)\"" }
        case .linkGone(let message):
            // It may have got its alias while it was down, which the kernel does not report: a VLAN that was created on
            // a parent that is down.
            let before = links.removeValue(forKey: message.index) ?? message.watched
            return before.map { "link \"\($0.name)\"" }
        case .routeGone(let route):
            guard route.table == RouteMessage.mainTable, HostRoute(route).isOurs else { return nil }
            return "route to \(route.destination)"
        // One that replaces a route of this program's is found when the driver next checks by itself.
        case .route: return nil
        }
    }
}

extension LinkMessage {
    /// The driver's view of the link; nil where its changes are the driver's own doing.
    fileprivate var watched: HostLink? {
        var link = HostLink(self)
        // Nobody else's is any of the driver's business.
        if link.owner == nil { link.generatesAddress = nil }
        return switch link.owner {
        case .endpoint, .retired: nil
        case .vlan, .isolatedParent, nil: link
        }
    }
}
