import CMNL
import Netlink
package import NetworkTypes
package import RouteNetlink

extension LinkKind {
    /// A pair of virtual Ethernet links (drivers/net/veth.c), for creation only: the kernel does not send the peer.
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
