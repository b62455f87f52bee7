import CMNL
import Netlink
import NetworkTypes

extension RouteClient where Transport: ~Copyable {
    /// Lists the addresses of all links, of both families.
    package mutating func addresses() throws(RouteError) -> [AddressMessage] {
        try dump("list the addresses", { () throws(EncodingError) in try AddressMessage.dump() }) {
            (message) throws(DecodingError) in
            try AddressMessage(decoding: message)
        }
    }

    /// Adds an address to a link; `name` is only for error messages.
    package mutating func add(_ address: AddressMessage, linkName name: String) throws(RouteError) {
        try execute("add address \(address.prefix) to link \"\(name)\"") { () throws(EncodingError) in
            try address.request(type: RTM_NEWADDR, flags: NLM_F_CREATE | NLM_F_EXCL)
        }
    }

    /// Removes an address from a link; `name` is only for error messages.
    package mutating func remove(_ address: AddressMessage, linkName name: String) throws(RouteError) {
        try execute("remove address \(address.prefix) from link \"\(name)\"") { () throws(EncodingError) in
            try address.request(type: RTM_DELADDR, flags: 0)
        }
    }
}
