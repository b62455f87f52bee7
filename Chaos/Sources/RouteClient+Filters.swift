import CMNL
import Netlink
import NetworkTypes
import RouteNetlink

extension IngressFilter {
    /// Returns a filter that lets every frame pass (`TC_ACT_UNSPEC`).
    static func passingAll(on link: InterfaceIndex) -> IngressFilter {
        IngressFilter(link: link, program: [FilterInstruction(code: 0x06, operand: .max)])
    }
}

extension RouteClient where Transport: ~Copyable {
    /// Removes a link's filters, as `tc qdisc del dev LINK clsact` does.
    mutating func removeFilterDiscipline(from link: LinkMessage) throws(RouteError) {
        try execute("remove clsact from link \"\(link.name)\"") { () throws(EncodingError) in
            var header = tcmsg()
            header.tcm_ifindex = link.index.number
            // The major number that clsact always has, and its place (`TC_H_CLSACT` in linux/pkt_sched.h).
            (header.tcm_handle, header.tcm_parent) = (0xFFFF_0000, 0xFFFF_FFF1)
            return try MessageBuilder(RTM_DELQDISC, flags: NLM_F_ACK, header)
        }
    }
}
