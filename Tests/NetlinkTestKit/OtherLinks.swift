// Operations on links that only tests need.

import CMNL
import Netlink
package import NetworkTypes
package import RouteNetlink

extension LinkKind {
    /// Returns the kind of a veth pair (drivers/net/veth.c), for creation only: the kernel does not send the peer.
    package static func veth(peer: InterfaceName) throws -> LinkKind {
        var settings = MessageBuilder(type: 0, flags: 0)
        try settings.nest(AttributeKey<Nest>(Int(VETH_INFO_PEER))) { (other) throws(EncodingError) in
            try other.putHeader(ifinfomsg())
            try other.put(AttributeKey<String>(IFLA_IFNAME), peer.text)
        }
        return .other(
            name: "veth", data: Array(settings.message(sequence: 0).dropFirst(MemoryLayout<nlmsghdr>.size)))
    }
}

extension RouteClient where Transport: ~Copyable {
    /// Changes the properties of a link that only other programs change: its name, its MAC address, or its network
    /// namespace, given as an open file.
    package mutating func alter(
        _ link: LinkMessage, name: InterfaceName? = nil, macAddress: MACAddress? = nil, namespace file: Int32? = nil
    ) throws(RouteError) {
        try execute("alter link \"\(link.name)\"") { () throws(EncodingError) in
            var header = ifinfomsg()
            header.ifi_index = link.index.number
            var message = try MessageBuilder(RTM_NEWLINK, flags: NLM_F_ACK, header)
            if let name { try message.put(AttributeKey<String>(IFLA_IFNAME), name.text) }
            if let macAddress { try message.put(AttributeKey<MACAddress>(IFLA_ADDRESS), macAddress) }
            if let file { try message.put(AttributeKey<Int32>(IFLA_NET_NS_FD), file) }
            return message
        }
    }
}
