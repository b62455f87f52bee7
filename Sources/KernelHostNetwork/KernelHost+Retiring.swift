package import DriverCore
import Netlink
package import NetworkTypes
import RouteNetlink
import SystemCalls

extension KernelHost {
    package func retire(_ link: HostLink) throws(HostNetworkError) -> LinkRemoval? {
        // Asked before the kernel is, which then may or may not have the link still.
        if reaper.removing.contains(link.index) { return LinkRemoval(index: link.index) }
        return try described { () throws(RouteError) in
            guard let now = try client.link(at: link.index), HostLink(now).isSame(as: link) else { return nil }
            do throws(RouteError) {
                try retire(now)
            } catch {
                guard error.errno == .noSuchDevice else { throw error }
                return nil
            }
            return LinkRemoval(index: now.index)
        }
    }

    package func retire(
        _ name: InterfaceName, ownedBy owner: LinkOwner
    ) throws(HostNetworkError) -> LinkRemoval? {
        let removing = reaper.removing
        return try described { () throws(RouteError) in
            guard let link = try client.link(named: name) else { return nil }
            let removal = LinkRemoval(index: link.index)
            if removing.contains(link.index) { return removal }
            guard HostLink(link).owner == owner else { return nil }
            do throws(RouteError) {
                try retire(link)
            } catch {
                guard error.errno == .noSuchDevice else { throw error }
                return nil
            }
            return removal
        }
    }

    /// Has the links removed that an earlier run of this program left when it ended in the middle of something: those
    /// that it had retired and not removed, and those that it had made and not marked. Returns their number.
    ///
    /// To be called before the first link is made; the links are removed in the background.
    package func removeUnfinishedLinks() throws(HostNetworkError) -> Int {
        try described { () throws(RouteError) in
            var count = 0
            for link in try client.links() where link.isRetired || link.isUnfinished {
                do throws(RouteError) {
                    try retire(link)
                    count += 1
                } catch {
                    guard error.errno == .noSuchDevice else { throw error }
                }
            }
            return count
        }
    }

    /// Takes a link out of service, in one step of the kernel's, and leaves its removal to the reaper.
    func retire(_ link: LinkMessage) throws(RouteError) {
        try reaper.remove(RetiredLink(link)) { (group) throws(RouteError) in
            try client.change(link.index, named: link.name, RetiredLink.mark(group))
        }
    }
}

extension HostLink {
    /// Whether two looks at an index saw one and the same link: the kernel may give an index out again.
    fileprivate func isSame(as other: HostLink) -> Bool {
        kind.isSameKind(as: other.kind) && owner == other.owner && lowerIndex == other.lowerIndex
    }
}
