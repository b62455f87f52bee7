import CMNL
import Netlink
package import NetworkTypes

extension RouteClient where Transport: ~Copyable {
    /// All unicast routes of a family, in every table.
    package mutating func routes(_ family: AddressFamily) throws(RouteError) -> [RouteMessage] {
        let request = { () throws(EncodingError) in
            var message = MessageBuilder(type: UInt16(RTM_GETROUTE), flags: UInt16(NLM_F_DUMP))
            var header = rtmsg()
            header.rtm_family = family.kernelNumber
            try message.putHeader(header)
            return message
        }
        return try dump("list the \(family.rawValue) routes", request) { (message) throws(DecodingError) in
            guard Int(message.type) == RTM_NEWROUTE else { return nil }
            return try RouteMessage(decoding: message)
        }
    }

    /// Adds a route; refused when there is one to the same destination in the same table (`EEXIST`).
    package mutating func add(_ route: RouteMessage) throws(RouteError) {
        try execute("add route to \(route.destination)") { () throws(EncodingError) in
            try route.request(type: RTM_NEWROUTE, flags: NLM_F_CREATE | NLM_F_EXCL)
        }
    }

    /// Removes a route that matches in all that is given.
    package mutating func remove(_ route: RouteMessage) throws(RouteError) {
        try execute("remove route to \(route.destination)") { () throws(EncodingError) in
            try route.request(type: RTM_DELROUTE, flags: 0)
        }
    }
}
