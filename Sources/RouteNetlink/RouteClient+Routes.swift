import CMNL
import Netlink
package import NetworkTypes
import SystemCalls

extension RouteClient where Transport: ~Copyable {
    /// Lists the routes of a family to other hosts and networks, optionally only those of one table, origin or link, or
    /// to one destination.
    ///
    /// The kernel filters by table, origin and link (`ip_valid_fib_dump_req` in net/ipv4/fib_frontend.c): a router may
    /// have a million routes. It lists the routes to all destinations, but only those to the wanted one are kept.
    package mutating func routes(
        _ family: AddressFamily, table: UInt32? = nil, of origin: RouteProtocol? = nil,
        over link: InterfaceIndex? = nil, to destination: IPPrefix? = nil
    ) throws(RouteError) -> [RouteMessage] {
        let request = { () throws(EncodingError) in
            var header = rtmsg()
            header.rtm_family = family.kernelNumber
            if let origin { header.rtm_protocol = origin.rawValue }
            var message = try MessageBuilder(RTM_GETROUTE, flags: NLM_F_DUMP, header)
            if let link { try message.put(RouteMessage.linkKey, link.number) }
            if let table { try message.put(RouteMessage.tableKey, table) }
            return message
        }
        do throws(RouteError) {
            return try dump("list the \(family.rawValue) routes", request) { (message) throws(DecodingError) in
                guard Int(message.type) == RTM_NEWROUTE else { return nil }
                let route = try RouteMessage(decoding: message)
                return destination == nil || route?.destination == destination ? route : nil
            }
        } catch {
            // A table does not exist before its first route, not even the main one (`inet_dump_fib`).
            guard table != nil, error.errno == .noSuchEntry else { throw error }
            return []
        }
    }

    /// Adds a route. The kernel refuses it if the table has one with the same destination and metric (`EEXIST`), or if
    /// the route's link is down (`ENETDOWN`).
    package mutating func add(_ route: RouteMessage) throws(RouteError) {
        try execute("add route to \(route.destination)") { () throws(EncodingError) in
            try route.addition()
        }
    }

    /// Adds a route, or replaces the first one with the same destination and metric, whoever added it.
    ///
    /// In both families the new route takes the place of the old one in one step (`fib_table_insert` in
    /// net/ipv4/fib_trie.c, `fib6_add_rt2node` in net/ipv6/ip6_fib.c), so that no packet finds both or none.
    package mutating func replace(_ route: RouteMessage) throws(RouteError) {
        try execute("replace route to \(route.destination)") { () throws(EncodingError) in
            try route.replacement()
        }
    }

    /// Removes the route that matches all properties; the kernel refuses this if it has none (`ESRCH`).
    package mutating func remove(_ route: RouteMessage) throws(RouteError) {
        try execute("remove route to \(route.destination)") { () throws(EncodingError) in
            try route.removal()
        }
    }
}
