package import DriverCore
import Netlink
package import NetworkTypes
import RouteNetlink
import SystemCalls

extension KernelHost {
    package func retire(_ link: HostLink) throws(DriverError) -> LinkRemoval? {
        // Read before the kernel is asked, which may or may not have the link by then.
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

    package func release(_ link: HostLink) throws(DriverError) {
        let now = try described { () throws(RouteError) in try client.link(at: link.index) }
        guard let now, HostLink(now).isSame(as: link) else { return }
        // Even if the kernel refuses this, the link belongs to the host from now on.
        if HostLink(now).generatesAddress == false { try? setAddressGeneration(true, of: HostLink(now)) }
        try described { () throws(RouteError) in try releaseIfThere(now) }
    }

    package func retireUnfinishedLinks() throws(DriverError) -> Int {
        let links = try described { () throws(RouteError) in
            try client.links().filter { $0.isRetired || $0.isUnfinished }
        }
        let ofHost = try linksWithAddresses(among: links.filter { $0.isUnfinished && $0.isVLAN })
        return try described { () throws(RouteError) in
            var count = 0
            for link in links {
                if ofHost.contains(link.index) {
                    try releaseIfThere(link)
                } else if try retireIfThere(link) != nil {
                    count += 1
                }
            }
            return count
        }
    }

    /// Returns the links to which other programs added addresses; reads no addresses if `links` is empty.
    private func linksWithAddresses(among links: [LinkMessage]) throws(DriverError) -> Set<InterfaceIndex> {
        guard !links.isEmpty else { return [] }
        let addressed = try addresses().filter(\.isSomebodys).map(\.linkIndex)
        return Set(links.map(\.index)).intersection(addressed)
    }

    /// Removes the alias and the group by which this program recognizes its own links.
    private func releaseIfThere(_ link: LinkMessage) throws(RouteError) {
        do throws(RouteError) {
            try client.change(
                link.index, named: link.name, LinkChanges(alias: "", group: link.isUnfinished ? .default : nil))
        } catch {
            guard error.errno == .noSuchDevice else { throw error }
        }
    }

    /// Retires a link; returns nil if it no longer exists.
    private func retireIfThere(_ link: LinkMessage) throws(RouteError) -> LinkRemoval? {
        do throws(RouteError) {
            try retire(link)
            return LinkRemoval(index: link.index)
        } catch {
            guard error.errno == .noSuchDevice else { throw error }
            return nil
        }
    }

    /// Takes a link out of service in one kernel request, and leaves its removal to the reaper.
    func retire(_ link: LinkMessage) throws(RouteError) {
        try reaper.remove(RetiredLink(link)) { (group) throws(RouteError) in
            try client.change(link.index, named: link.name, RetiredLink.mark(group))
        }
    }
}

extension LinkMessage {
    fileprivate var isVLAN: Bool { if case .vlan = kind { true } else { false } }
}

extension HostLink {
    /// Whether both values describe the same link: the kernel may reuse an index.
    fileprivate func isSame(as other: HostLink) -> Bool {
        kind.isSameKind(as: other.kind) && owner == other.owner && lowerIndex == other.lowerIndex
    }
}
