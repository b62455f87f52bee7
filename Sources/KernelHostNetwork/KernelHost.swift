package import DriverCore
import Netlink
package import NetworkTypes
import RouteNetlink

/// The host's links as the kernel has them, in the network namespace of the thread that makes the first call.
package final class KernelHost: HostNetwork {
    private var client = RouteClient<NetlinkSocket>()
    private let reaper: LinkReaper

    /// Makes the kernel's side of the driver; links that it retires are left to the reaper.
    package init(reaper: LinkReaper) {
        self.reaper = reaper
    }

    package func link(named name: InterfaceName) throws(HostNetworkError) -> HostLink? {
        let removing = reaper.removing
        return try described { () throws(RouteError) in try client.link(named: name) }.map { hostLink($0, removing) }
    }

    package func link(at index: InterfaceIndex) throws(HostNetworkError) -> HostLink? {
        let removing = reaper.removing
        return try described { () throws(RouteError) in try client.link(at: index) }.map { hostLink($0, removing) }
    }

    package func links() throws(HostNetworkError) -> [HostLink] {
        let removing = reaper.removing
        return try described { () throws(RouteError) in try client.links() }.map { hostLink($0, removing) }
    }

    package func holders(of parent: HostLink) throws(HostNetworkError) -> [HostLink] {
        try links().filter { link in
            guard link.lowerIndex == parent.index else { return false }
            switch link.kind {
            case .macvlan, .ipvlan: return true
            default: return false
            }
        }
    }

    package func isUsable(_ link: HostLink, with addresses: [IPPrefix]) throws(HostNetworkError) -> Bool {
        true
    }

    package func make(_ plan: HostLinkPlan) throws(HostNetworkError) -> HostLink {
        let made = try create(plan)
        do throws(RouteError) {
            try client.change(made.index, named: made.name, LinkChanges(alias: plan.owner.alias))
            if plan.kind.isSetUp { try setUp(made) }
        } catch {
            // Not left to the reaper, which takes time and would not know the link again once it has its mark.
            try? client.delete(made.index, named: made.name)
            throw HostNetworkError(error)
        }
        var link = HostLink(made)
        link.owner = plan.owner
        return link
    }

    /// Makes the link alone, and finds out what it has become.
    private func create(_ plan: HostLinkPlan) throws(HostNetworkError) -> LinkMessage {
        try described { () throws(RouteError) in
            try client.create(NewLink(plan), parentName: plan.kind.lower?.name)
        }
        let found: LinkMessage?
        do throws(RouteError) {
            found = try client.link(named: plan.name)
        } catch {
            // The name alone says which link it is, and is safe: the kernel has made it for us and for nobody else.
            try? client.delete(plan.name)
            throw HostNetworkError(error)
        }
        guard let found else {
            throw HostNetworkError(
                reason: .other, sentence: "new link \"\(plan.name)\" was removed by somebody at once; try again")
        }
        return found
    }

    package func routes(to destinations: [IPPrefix]) throws(HostNetworkError) -> [HostRoute] {
        try described { () throws(RouteError) in
            var found: [HostRoute] = []
            for family in AddressFamily.allCases where destinations.contains(where: { $0.family == family }) {
                let all = try client.routes(family)
                found += all.filter { $0.table == RouteMessage.mainTable && destinations.contains($0.destination) }
                    .map { HostRoute($0) }
            }
            return found
        }
    }

    package func add(_ route: HostRoute) throws(HostNetworkError) {
        try described { () throws(RouteError) in try client.add(RouteMessage(route)) }
    }

    package func remove(_ route: HostRoute) throws(HostNetworkError) {
        do throws(RouteError) {
            try client.remove(RouteMessage(route))
        } catch {
            guard error.errno != .noSuchProcess else { return }
            throw HostNetworkError(error)
        }
    }

    package func retire(_ link: HostLink) throws(HostNetworkError) -> LinkRemoval? {
        try described { () throws(RouteError) in
            guard let now = try client.link(at: link.index), HostLink(now).isSame(as: link) else { return nil }
            do throws(RouteError) {
                if now.isUp { try client.change(now.index, named: now.name, LinkChanges(isUp: false)) }
            } catch {
                guard error.errno == .noSuchDevice else { throw error }
                return nil
            }
            reaper.remove(RetiredLink(now))
            return LinkRemoval(index: now.index)
        }
    }

    /// Sets a link up. On a parent that is down a VLAN cannot be (`vlan_dev_open` in net/8021q/vlan_dev.c); the
    /// kernel sets it up when the parent is, so that this is no failure.
    private func setUp(_ link: LinkMessage) throws(RouteError) {
        do throws(RouteError) {
            try client.change(link.index, named: link.name, LinkChanges(isUp: true))
        } catch {
            guard error.errno == .networkDown else { throw error }
        }
    }

    /// A link as the kernel described it; `removing` are those that were under way to be removed before it was asked,
    /// because one that has gone since then is in the answer still.
    private func hostLink(_ message: LinkMessage, _ removing: Set<InterfaceIndex>) -> HostLink {
        var link = HostLink(message)
        if removing.contains(message.index) { link.removal = LinkRemoval(index: message.index) }
        return link
    }

    private func described<Result>(
        _ step: () throws(RouteError) -> Result
    ) throws(HostNetworkError) -> Result {
        do throws(RouteError) {
            return try step()
        } catch {
            throw HostNetworkError(error)
        }
    }
}

extension HostLink {
    /// Whether two looks at an index saw one and the same link: the kernel may give an index out again.
    fileprivate func isSame(as other: HostLink) -> Bool {
        kind.isSameKind(as: other.kind) && owner == other.owner && lowerIndex == other.lowerIndex
    }
}

extension HostLinkPlan.Kind {
    fileprivate var isSetUp: Bool {
        if case .endpoint = self { false } else { true }
    }
}
