import Netlink
import NetworkTypes
package import RouteNetlink

extension HostLinks {
    /// Reads all links and addresses of the calling thread's network namespace. Needs no privilege. Blocks.
    package static func fromKernel() throws(RouteError) -> HostLinks {
        var client = RouteClient()
        let messages = try client.links()
        let addresses = Dictionary(grouping: try client.addresses(), by: \.link)
        return HostLinks(
            messages.map { message in
                HostLink(message, addresses: (addresses[message.index] ?? []).map(\.prefix))
            })
    }
}

extension HostLink {
    init(_ message: LinkMessage, addresses: [IPPrefix]) {
        var table: UInt32?
        if case .vrf(let vrf)? = message.kind { table = vrf.table }
        self.init(
            message.name, alternativeNames: message.alternativeNames, index: message.index.number,
            isUp: message.isUp, hasCarrier: message.hasCarrier, isLoopback: message.isLoopback,
            mtu: message.mtu.map { Int($0) } ?? 0, macAddress: message.macAddress, kind: message.kind?.name,
            table: table, alias: message.alias, masterIndex: message.masterIndex?.number,
            // An index in another namespace names no link of this one.
            lowerIndex: message.lowerNamespace == nil ? message.lowerIndex?.number : nil, addresses: addresses)
    }
}
