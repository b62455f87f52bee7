import CMNL
import CTestSupport
import Glibc
import Netlink
package import NetworkTypes
package import RouteNetlink
import SystemCalls
import TestSupport

// Changes to links that only other programs make.

/// Makes a link a port of a bridge, bond, team or VRF.
package func makePort(_ link: LinkMessage, of master: LinkMessage) throws {
    try setMaster(of: link, to: master.index.number)
}

/// Removes a link from the bridge, bond, team or VRF whose port it is.
package func removePort(_ link: LinkMessage) throws { try setMaster(of: link, to: 0) }

private func setMaster(of link: LinkMessage, to master: Int32) throws {
    var request = try MessageBuilder(RTM_NEWLINK, flags: NLM_F_ACK, header(of: link))
    try request.put(AttributeKey<Int32>(IFLA_MASTER), master)
    try execute(request)
}

/// Adds an IPv4 route that replaces one to the same destination (ip-route(8), `replace`).
package func replace(with route: RouteMessage) throws {
    var header = rtmsg()
    header.rtm_family = UInt8(AF_INET)
    header.rtm_dst_len = UInt8(route.destination.length)
    header.rtm_table = UInt8(truncatingIfNeeded: route.table)
    header.rtm_protocol = route.protocol.rawValue
    header.rtm_scope = route.scope.rawValue
    header.rtm_type = route.type.rawValue
    var request = try MessageBuilder(RTM_NEWROUTE, flags: NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE, header)
    try request.put(AttributeKey<IPAddress>(Int(RTA_DST.rawValue)), route.destination.address)
    if let link = route.link {
        try request.put(AttributeKey<UInt32>(Int(RTA_OIF.rawValue)), UInt32(bitPattern: link.number))
    }
    try execute(request)
}

/// Sends all subscribers a notification that only the kernel should send: a link is gone.
package func forgeNotification(about link: InterfaceIndex) throws {
    var header = ifinfomsg()
    header.ifi_index = link.number
    var message = try MessageBuilder(RTM_DELLINK, flags: 0, header)
    try message.put(AttributeKey<String>(IFLA_IFNAME), "p0")
    try message.put(AttributeKey<UInt32>(IFLA_MTU), 1500)
    var bytes = message.message(sequence: 0)
    // The kernel receives it too, and would carry it out if it were a request.
    bytes[6] = 0
    let sender = socket(AF_NETLINK, Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue), NETLINK_ROUTE)
    defer { close(sender) }
    var address = sockaddr_nl()
    address.nl_family = sa_family_t(AF_NETLINK)
    address.nl_groups = 1 << (UInt32(RTNLGRP_LINK.rawValue) - 1)
    let sent = withUnsafePointer(to: address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            sendto(sender, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_nl>.size))
        }
    }
    guard sent == bytes.count else { throw CallError(call: "sendto(AF_NETLINK)") }
}

/// Adds an alternative name to a link (ip-link(8), `altname`).
package func addName(_ name: LinkName, to link: LinkMessage) throws {
    var request = try MessageBuilder(
        RTM_NEWLINKPROP, flags: NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, header(of: link))
    try request.nest(AttributeKey<Nest>(IFLA_PROP_LIST)) { (list) throws(EncodingError) in
        try list.put(AttributeKey<String>(IFLA_ALT_IFNAME), name.text)
    }
    try execute(request)
}

/// Puts a bridge itself, or a port, into a VLAN (bridge(8), `bridge vlan add`).
package func addToVLAN(_ id: UInt16, _ link: LinkMessage) throws {
    var header = header(of: link)
    header.ifi_family = UInt8(AF_BRIDGE)
    var request = try MessageBuilder(RTM_SETLINK, flags: NLM_F_ACK, header)
    try request.nest(AttributeKey<Nest>(IFLA_AF_SPEC)) { (list) throws(EncodingError) in
        if link.masterIndex == nil {
            try list.put(AttributeKey<UInt16>(IFLA_BRIDGE_FLAGS), UInt16(BRIDGE_FLAGS_SELF))
        }
        let entry = withUnsafeBytes(of: bridge_vlan_info(flags: 0, vid: id)) { Array($0) }
        try list.put(AttributeKey<RawBytes>(IFLA_BRIDGE_VLAN_INFO), entry)
    }
    try execute(request)
}

/// A tap or tun link, which is deleted with this object.
package final class ProgramLink {
    private let descriptor: Int32

    /// A tap carries Ethernet frames, a tun IP packets.
    package init(_ name: InterfaceName, isTap: Bool) throws {
        descriptor = open_program_link(name.text, isTap ? 1 : 0)
        guard descriptor >= 0 else { throw CallError(call: "TUNSETIFF") }
    }

    deinit { close(descriptor) }
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
