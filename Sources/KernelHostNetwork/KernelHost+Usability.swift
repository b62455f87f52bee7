package import DriverCore
import Netlink
package import NetworkTypes
import RouteNetlink
import SystemCalls

extension KernelHost {
    package func isUsable(_ link: HostLink, with addresses: [IPPrefix]) throws(DriverError) -> Bool {
        try described { () throws(RouteError) in
            switch link.kind {
            // A passthru link has its parent's MAC address, and no other link is on its parent.
            case .macvlan(.passthru): true
            case .macvlan: try isMACAddressFree(for: link)
            case .ipvlan: try areFree(addresses.map(\.address), for: link)
            default: true
            }
        }
    }

    /// Whether a macvlan could be brought up with its MAC address.
    ///
    /// Trying is exact, but bringing the link down again waits for a kernel grace period while the lock on all links is
    /// held (`macvlan_hash_del` in drivers/net/macvlan.c). So this tries only if the parent already accepts frames for
    /// that address. These may be for a link on a VLAN of the parent, which does not conflict. If the parent is in
    /// another namespace, this always tries: the kernel puts a macvlan on a container's macvlan on the lower link of
    /// the latter.
    private func isMACAddressFree(for link: HostLink) throws(RouteError) -> Bool {
        guard let macAddress = link.macAddress else { return true }
        guard let parent = link.lowerIndex else { return try canBeSetUp(link) }
        let others = try client.forwardingEntries(of: parent)
        let isParentsOwn = try client.link(at: parent)?.macAddress == macAddress
        guard isParentsOwn || others.contains(where: { $0.macAddress == macAddress }) else { return true }
        return try canBeSetUp(link)
    }

    /// Brings a link up and down again, and returns whether that worked. The link sends no packet: it has no address
    /// and generates none.
    ///
    /// The address generation mode belongs to one network namespace: in the namespace that the link is moved to, it has
    /// that namespace's default (`addrconf_notify` in net/ipv6/addrconf.c).
    private func canBeSetUp(_ link: HostLink) throws(RouteError) -> Bool {
        do throws(RouteError) {
            // A separate request: in a joint one the kernel would bring the link up first (`do_setlink` in
            // net/core/rtnetlink.c).
            try client.change(link.index, named: link.name, LinkChanges(ipv6AddressGeneration: .noAddress))
        } catch {
            guard error.errno == .addressFamilyNotSupported else { throw error }
        }
        do throws(RouteError) {
            try client.change(link.index, named: link.name, LinkChanges(isUp: true))
        } catch {
            guard error.errno == .addressInUse else { throw error }
            return false
        }
        try client.change(link.index, named: link.name, LinkChanges(isUp: false))
        return true
    }

    /// Whether the addresses could be added to an ipvlan that is down (`ipvlan_addr_busy` in drivers/net/ipvlan).
    private func areFree(_ addresses: [IPAddress], for link: HostLink) throws(RouteError) -> Bool {
        for address in addresses where try !isFree(address, for: link) { return false }
        return true
    }

    private func isFree(_ address: IPAddress, for link: HostLink) throws(RouteError) -> Bool {
        guard let prefix = IPPrefix(address, length: address.family.bitWidth) else { return true }
        let quiet: AddressFlags = address.family == .ipv6 ? [.noPrefixRoute, .noDuplicateDetection] : .noPrefixRoute
        let tried = AddressMessage(link: link.index, prefix: prefix, flags: quiet)
        do throws(RouteError) {
            try client.add(tried, linkName: link.name)
        } catch {
            switch error.errno {
            case .addressInUse: return false
            // IPv6 is disabled on this host but not in the container's namespace, so the address cannot be tried here.
            case .accessDenied, .addressFamilyNotSupported, .notSupported: return true
            default: throw error
            }
        }
        try client.remove(tried, linkName: link.name)
        return true
    }
}
