package import DriverCore
package import Logging
import Netlink
package import NetworkTypes
import RouteNetlink

/// The host's links as the kernel has them, in the network namespace of the thread that makes the first call.
package final class KernelHost: HostReader, HostWriter {
    var client = RouteClient<NetlinkSocket>()
    let reaper: LinkReaper

    /// Creates the kernel's side of the driver; links that it retires are left to the reaper. The logger gets each
    /// request at level debug.
    package init(reaper: LinkReaper, logger: Logger? = nil) {
        self.reaper = reaper
        client.trace = logger?.requestTrace
    }

    package func link(named name: LinkName) throws(DriverError) -> HostLink? {
        let removing = reaper.removing
        return try described { () throws(RouteError) in try client.link(named: name) }.map { hostLink($0, removing) }
    }

    package func link(at index: InterfaceIndex) throws(DriverError) -> HostLink? {
        let removing = reaper.removing
        return try described { () throws(RouteError) in try client.link(at: index) }.map { hostLink($0, removing) }
    }

    package func links() throws(DriverError) -> [HostLink] {
        let removing = reaper.removing
        return try described { () throws(RouteError) in try client.links() }.map { hostLink($0, removing) }
    }

    package func bridgeVLANs(of bridge: HostLink) throws(DriverError) -> BridgeVLANs {
        let messages = try described { () throws(RouteError) in try client.bridgeVLANs() }
            .filter { $0.bridge == bridge.index }
        return BridgeVLANs(
            own: messages.filter { $0.index == bridge.index }.flatMap(\.memberships),
            ports: messages.filter { $0.index != bridge.index }.flatMap(\.memberships))
    }

    /// A link as the kernel described it; `removing` are those that were under way to be removed before it was asked,
    /// because one that has gone since then is in the answer still.
    private func hostLink(_ message: LinkMessage, _ removing: Set<InterfaceIndex>) -> HostLink {
        var link = HostLink(message)
        if removing.contains(message.index) { link.removal = LinkRemoval(index: message.index) }
        return link
    }

    func described<Result>(_ step: () throws(RouteError) -> Result) throws(DriverError) -> Result {
        do throws(RouteError) {
            return try step()
        } catch {
            throw DriverError(error)
        }
    }
}
