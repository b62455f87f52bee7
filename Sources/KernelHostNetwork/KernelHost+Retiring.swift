package import DriverCore
import Netlink
package import NetworkTypes
import RouteNetlink
import SystemCalls

extension KernelHost {
    package func retire(_ link: HostLink) throws(DriverError) -> LinkRemoval? {
        // Asked before the kernel is, which then may or may not have the link still.
        if reaper.removing.contains(link.index) { return LinkRemoval(index: link.index) }
        return try described { () throws(RouteError) in
            guard let now = try client.link(at: link.index), HostLink(now).isSame(as: link) else { return nil }
            return try retireIfThere(now)
        }
    }

    package func retire(_ name: InterfaceName, ownedBy owner: LinkOwner) throws(DriverError) -> LinkRemoval? {
        let removing = reaper.removing
        return try described { () throws(RouteError) in
            guard let link = try client.link(named: name) else { return nil }
            if removing.contains(link.index) { return LinkRemoval(index: link.index) }
            return HostLink(link).owner == owner ? try retireIfThere(link) : nil
        }
    }

    package func retireUnfinishedLinks() throws(DriverError) -> Int {
        try described { () throws(RouteError) in
            var count = 0
            for link in try client.links() where link.isRetired || link.isUnfinished {
                if try retireIfThere(link) != nil { count += 1 }
            }
            return count
        }
    }

    /// Retires a link; nil when it has gone meanwhile.
    private func retireIfThere(_ link: LinkMessage) throws(RouteError) -> LinkRemoval? {
        do throws(RouteError) {
            try retire(link)
            return LinkRemoval(index: link.index)
        } catch {
            guard error.errno == .noSuchDevice else { throw error }
            return nil
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
    /// Whether an index was read twice for one and the same link: the kernel may give an index out again.
    fileprivate func isSame(as other: HostLink) -> Bool {
        kind.isSameKind(as: other.kind) && owner == other.owner && lowerIndex == other.lowerIndex
    }
}
