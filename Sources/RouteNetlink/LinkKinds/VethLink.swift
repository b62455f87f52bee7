import CMNL
import Netlink
package import NetworkTypes

/// The settings of a pair of virtual Ethernet links (drivers/net/veth.c), for tests.
package struct VethLink: Hashable, Sendable {
    package static let kindName = "veth"

    private static let peerKey = AttributeKey<Nest>(Int(VETH_INFO_PEER))

    /// The other end's name; for creation only, the kernel does not send it.
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
