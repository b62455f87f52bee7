import DriverCore
import NetworkTypes
import RouteNetlink

/// Finds in notifications the events after which a LAN may have outdated entries for the links on a parent.
///
/// The kernel announces nothing for the links on a link whose carrier returns. Which links are parents is the driver's to
/// know: this reports the events of all links except its own for endpoints and shims, which follow their parents.
struct ParentEventFilter {
    /// Whether each known link had a carrier when it was last reported.
    private var hasCarrier: [InterfaceIndex: Bool] = [:]

    /// Forgets all links and remembers the given ones; returns the events that their present state shows.
    mutating func reset(to links: [LinkMessage]) -> [ParentEvent] {
        let before = hasCarrier
        hasCarrier = [:]
        return links.compactMap { link in
            remember(link, before: before[link.index]) ? ParentEvent(.carrierReturned, of: link.index) : nil
        }
    }

    /// Returns the event that a notification reports, or nil.
    ///
    /// A link that was not known before has no event: nothing on it can have been announced. A link that is set up counts
    /// like one whose carrier returns.
    mutating func event(of notification: RouteNotification) -> ParentEvent? {
        switch notification {
        case .link(let link):
            let hasReturned = remember(link, before: hasCarrier[link.index])
            if link.event == .bondFailover, !link.isOnParent { return ParentEvent(.failedOver, of: link.index) }
            return hasReturned ? ParentEvent(.carrierReturned, of: link.index) : nil
        case .linkGone(let link):
            hasCarrier[link.index] = nil
            return nil
        case .address, .addressGone, .route, .routeGone: return nil
        }
    }

    /// Remembers whether the link has a carrier, and returns whether it has one again.
    private mutating func remember(_ link: LinkMessage, before: Bool?) -> Bool {
        guard !link.isOnParent else { return false }
        hasCarrier[link.index] = link.hasCarrier
        return before == false && link.hasCarrier
    }
}

extension LinkMessage {
    /// Whether the link is one of swiftvlan's on a parent, or was, so that its events are the parent's too.
    fileprivate var isOnParent: Bool {
        switch HostLink(self).owner {
        case .endpoint, .shim, .retired: true
        case .vlan, .isolatedParent, nil: false
        }
    }
}
