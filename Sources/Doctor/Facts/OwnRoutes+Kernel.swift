package import ControlAPI
import Netlink
import NetworkTypes
package import RouteNetlink

extension HostRouteDocument {
    /// swiftvlan's protocol number of routes, as in `ip route show proto swiftvlan`.
    private static let ownProtocol = RouteProtocol(rawValue: 118)

    /// Reads the host's routes that have swiftvlan's protocol number, in all tables. Needs no privilege. Blocks.
    package static func ownFromKernel(_ links: HostLinks) throws(RouteError) -> [HostRouteDocument] {
        var client = RouteClient()
        var messages: [RouteMessage] = []
        for family in AddressFamily.allCases { messages += try client.routes(family, of: ownProtocol) }
        return messages.filter { $0.protocol == ownProtocol }.map { message in
            HostRouteDocument(
                destination: message.destination.description, link: links.link(at: message.link?.number)?.name,
                source: message.preferredSource?.description,
                table: message.table == RouteMessage.mainTable ? nil : message.table,
                vrf: links.vrf(with: message.table)?.name)
        }
    }
}
