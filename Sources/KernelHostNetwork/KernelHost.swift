package import DriverCore
package import Logging
import Netlink
package import NetworkTypes
import RouteNetlink
import SystemCalls

/// Reads and changes the host's links, addresses and routes through the kernel.
///
/// It uses the network namespace of the thread that makes the first call.
package final class KernelHost: HostReader, HostWriter {
    var client: RouteClient<NetlinkSocket>
    let reaper: LinkReaper

    /// Creates a host whose retired links the reaper removes. The logger receives each request at level debug, `ports`
    /// the port of each socket, and `onFailure` the reason of each failure if there is a logger.
    package init(
        reaper: LinkReaper, logger: Logger? = nil, ports: RequestPorts = RequestPorts(),
        onFailure: @escaping RequestFailureObserver = { _ in }
    ) {
        self.reaper = reaper
        client = RouteClient(
            NetlinkConnection { () throws(SystemError) in
                let socket = try NetlinkSocket.open()
                ports.add(socket.portID)
                return socket
            })
        client.trace = logger?.requestTrace(reporting: onFailure)
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

    package func linksWithCarriers() throws(DriverError) -> LinksWithCarriers {
        let removing = reaper.removing
        let messages = try described { () throws(RouteError) in try client.links() }
        return LinksWithCarriers(
            links: messages.map { hostLink($0, removing) },
            carriers: Set(messages.lazy.filter(\.hasCarrier).map(\.index)))
    }

    package func bridgeVLANs(of bridge: HostLink) throws(DriverError) -> BridgeVLANs {
        let messages = try described { () throws(RouteError) in try client.bridgeVLANs() }
            .filter { $0.bridge == bridge.index }
        return BridgeVLANs(
            own: messages.filter { $0.index == bridge.index }.flatMap(\.memberships),
            ports: messages.filter { $0.index != bridge.index }.flatMap(\.memberships))
    }

    /// Creates the driver's view of a kernel link.
    ///
    /// `removing` must be read before the kernel is asked: its answer may still contain a link that has been removed
    /// since.
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
