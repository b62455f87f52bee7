import CMNL
import CTestSupport
import Glibc
import Netlink
package import NetworkTypes
package import RouteNetlink

// What other programs do with links and this one never does.

/// Makes a link a port of a bridge, bond, team or VRF.
package func makePort(_ link: LinkMessage, of master: LinkMessage) throws {
    var request = MessageBuilder(type: UInt16(RTM_NEWLINK), flags: UInt16(NLM_F_ACK))
    try request.putHeader(header(of: link))
    try request.put(AttributeKey<UInt32>(IFLA_MASTER), UInt32(bitPattern: master.index.number))
    try execute(request)
}

/// Gives a link one more name (ip-link(8), `altname`).
package func addName(_ name: InterfaceName, to link: LinkMessage) throws {
    var request = MessageBuilder(type: UInt16(RTM_NEWLINKPROP), flags: UInt16(NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL))
    try request.putHeader(header(of: link))
    try request.nest(AttributeKey<Nest>(IFLA_PROP_LIST)) { (list) throws(EncodingError) in
        try list.put(AttributeKey<String>(IFLA_ALT_IFNAME), name.text)
    }
    try execute(request)
}

/// A link whose packets a program reads and writes; it goes with this value.
package final class ProgramLink {
    private let descriptor: Int32

    /// A tap carries Ethernet frames, a tun IP packets.
    package init(_ name: InterfaceName, isTap: Bool) throws {
        descriptor = open_program_link(name.text, isTap ? 1 : 0)
        guard descriptor >= 0 else { throw TestSetupError(call: "TUNSETIFF", errno: errno) }
    }

    deinit {
        close(descriptor)
    }
}

private func header(of link: LinkMessage) -> ifinfomsg {
    var header = ifinfomsg()
    header.ifi_index = link.index.number
    return header
}

private func execute(_ request: borrowing MessageBuilder) throws {
    var connection = NetlinkConnection { () throws(SystemError) in try NetlinkSocket.open() }
    try connection.execute(request)
}
