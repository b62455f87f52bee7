import CMNL
import Netlink
package import NetworkTypes

/// The settings of a pair of virtual Ethernet links (drivers/net/veth.c): a wire for tests.
package struct VethLink: Hashable, Sendable {
    package static let kindName = "veth"

    private static let peerKey = AttributeKey<Nest>(Int(VETH_INFO_PEER))

    /// The other end's name; only for creating, the kernel does not tell it afterwards.
    package let peerName: InterfaceName?

    package init(peerName: InterfaceName? = nil) {
        self.peerName = peerName
    }

    func encode(into message: inout MessageBuilder) throws(EncodingError) {
        guard let peerName else { return }
        try message.nest(Self.peerKey) { (peer) throws(EncodingError) in
            try peer.putHeader(ifinfomsg())
            try peer.put(LinkAttribute.name, peerName.text)
        }
    }
}
