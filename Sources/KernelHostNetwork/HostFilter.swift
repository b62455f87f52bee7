import DriverCore
import NetworkTypes
import RouteNetlink

/// Tells what the driver has to look at from what it does itself, and from what changes nothing.
///
/// Every container makes half a dozen notifications when it starts and as many when it stops: of its link, and of the
/// parent, which the kernel tells of anew with every link upon it. So the driver's view of each link is kept, except of
/// endpoints' and of those that are being made or removed: what is not in that view does not count.
struct HostFilter {
    private var links: [InterfaceIndex: HostLink] = [:]

    /// Begins anew, with the links that there are.
    mutating func begin(with messages: [LinkMessage]) {
        links = [:]
        for message in messages { links[message.index] = message.watched }
    }

    /// What the driver has to look at because of a notification, if anything.
    mutating func change(by notification: RouteNotification) -> HostChange? {
        switch notification {
        case .link(let message):
            let now = message.watched
            let before = links[message.index]
            guard now != before else { return nil }
            links[message.index] = now
            return (now ?? before).map { .link($0.name) }
        case .linkGone(let message):
            // It may have got its mark while it was down, which the kernel does not tell of: a VLAN that was made on a
            // parent that is down.
            let before = links.removeValue(forKey: message.index) ?? message.watched
            return before.map { .link($0.name) }
        case .routeGone(let route):
            guard route.table == RouteMessage.mainTable, HostRoute(route).isOurs else { return nil }
            return .route(route.destination)
        // One that takes the place of a route of this program's is found when the driver looks of itself.
        case .route: return nil
        }
    }
}

extension LinkMessage {
    /// The driver's view of the link; nothing where its changes are the driver's own doing.
    fileprivate var watched: HostLink? {
        let link = HostLink(self)
        return switch link.owner {
        case .endpoint, .retired: nil
        case .vlan, .isolatedParent, nil: link
        }
    }
}
