import NetworkTypes
package import RouteNetlink

extension DefaultRoute {
    /// Reads the host's default routes, in all tables. Needs no privilege. Blocks.
    package static func allFromKernel(_ links: HostLinks) throws(RouteError) -> [DefaultRoute] {
        var client = RouteClient()
        var messages: [RouteMessage] = []
        for family in AddressFamily.allCases { messages += try client.routes(family, to: .everything(family)) }
        return messages.filter { $0.type == .unicast }.map { message in
            DefaultRoute(
                message.destination.family, link: links.link(at: message.link?.number)?.name, table: message.table,
                metric: message.metric)
        }
    }
}
