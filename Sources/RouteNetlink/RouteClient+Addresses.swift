import CMNL
import Netlink
import NetworkTypes

extension RouteClient where Transport: ~Copyable {
    /// All addresses of both families, for tests.
    package mutating func addresses() throws(RouteError) -> [AddressMessage] {
        let request = { () throws(EncodingError) in
            var message = MessageBuilder(type: UInt16(RTM_GETADDR), flags: UInt16(NLM_F_DUMP))
            try message.putHeader(ifaddrmsg())
            return message
        }
        return try dump("list the addresses", request) { (message) throws(DecodingError) in
            guard Int(message.type) == RTM_NEWADDR else { return nil }
            return try AddressMessage(decoding: message)
        }
    }

    /// Adds an address to a link; `name` is for the error only.
    package mutating func add(
        _ address: AddressMessage, linkName name: String, flags: AddressFlags = []
    ) throws(RouteError) {
        try execute("add address \(address.prefix) to link \"\(name)\"") { () throws(EncodingError) in
            try address.request(type: RTM_NEWADDR, flags: NLM_F_CREATE | NLM_F_EXCL, addressFlags: flags)
        }
    }

    /// Removes an address from a link.
    package mutating func remove(_ address: AddressMessage, linkName name: String) throws(RouteError) {
        try execute("remove address \(address.prefix) from link \"\(name)\"") { () throws(EncodingError) in
            try address.request(type: RTM_DELADDR, flags: 0)
        }
    }
}
