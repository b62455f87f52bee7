import CMNL
import Netlink
package import NetworkTypes
import SystemCalls

extension RouteClient where Transport: ~Copyable {
    /// The routes of a family to destinations elsewhere, of one table or of all, and of one maker or of all.
    ///
    /// The kernel leaves out what is not asked for (`ip_valid_fib_dump_req` in net/ipv4/fib_frontend.c): a router may
    /// have a million routes.
    package mutating func routes(
        _ family: AddressFamily, table: UInt32? = nil, of maker: RouteProtocol? = nil
    ) throws(RouteError) -> [RouteMessage] {
        let request = { () throws(EncodingError) in
            var message = MessageBuilder(type: UInt16(RTM_GETROUTE), flags: UInt16(NLM_F_DUMP))
            var header = rtmsg()
            header.rtm_family = family.kernelNumber
            if let maker { header.rtm_protocol = maker.rawValue }
            try message.putHeader(header)
            if let table { try message.put(RouteMessage.tableKey, table) }
            return message
        }
        do throws(RouteError) {
            return try dump("list the \(family.rawValue) routes", request) { (message) throws(DecodingError) in
                guard Int(message.type) == RTM_NEWROUTE else { return nil }
                return try RouteMessage(decoding: message)
            }
        } catch {
            // A table begins with its first route, the main one of a new network namespace too (`inet_dump_fib`).
            guard table != nil, error.errno == .noSuchEntry else { throw error }
            return []
        }
    }

    /// Adds a route; refused when there is one to the same destination of the same metric in the same table
    /// (`EEXIST`), and when the link that it leaves by is down (`ENETDOWN`).
    package mutating func add(_ route: RouteMessage) throws(RouteError) {
        try execute("add route to \(route.destination)") { () throws(EncodingError) in
            try route.addition()
        }
    }

    /// Removes a route that is the same in all that is given; refused when there is none (`ESRCH`).
    package mutating func remove(_ route: RouteMessage) throws(RouteError) {
        try execute("remove route to \(route.destination)") { () throws(EncodingError) in
            try route.removal()
        }
    }
}
