import CPacketSocket
import Glibc
import KernelTestKit
import Netlink
import NetlinkTestKit
import NetworkTypes
import PacketSocket
import RouteNetlink
import SystemCalls
import TestSupport
import Testing

/// A veth pair between the calling thread's namespace, with `p0`, and another one, with `p1`. The kernel adds no
/// addresses, so that it sends nothing by itself.
struct Wire {
    let near: LinkMessage
    let far: LinkMessage
    let other: OtherNetworkNamespace

    init(_ client: inout RouteClient<NetlinkSocket>) throws {
        other = try OtherNetworkNamespace()
        _ = try client.makePair("p0", "p1")
        try client.alter(client.existing("p1"), namespace: other.descriptor)
        try Self.setUp("p0", &client)
        try Self.setUp("p1", &other.client)
        near = try client.existing("p0")
        far = try other.client.existing("p1")
        try waitUntilOpen()
    }

    /// Waits until both ends can send: the kernel notices the carrier late (net/core/link_watch.c), and until then drops
    /// what is sent (`noop_qdisc` in net/sched/sch_generic.c).
    func waitUntilOpen() throws {
        let unused = "10.255.255.255"
        var near = try hear(unused)
        var far = try hearFar(unused)
        var (hasNear, hasFar) = (false, false)
        try waitFor("both ends to send") {
            try near.send(.announcement(of: address(unused), from: mac(0)))
            try far.send(.announcement(of: address(unused), from: mac(0)))
            try near.receive(limit: 1) { _ in hasNear = true }
            try far.receive(limit: 1) { _ in hasFar = true }
        } until: { _ in
            hasNear && hasFar
        }
    }

    static func setUp(_ text: String, _ client: inout RouteClient<NetlinkSocket>) throws {
        let link = try client.existing(text)
        if link.ipv6AddressGeneration != nil {
            try client.change(link.index, named: text, LinkChanges(ipv6AddressGeneration: .noAddress))
        }
        try client.change(link.index, named: text, LinkChanges(isUp: true))
    }

    /// Gives the far link an address, for which its kernel answers from then on.
    func addToFar(_ text: String) throws {
        let prefix = try prefix(text)
        try add(prefix, flags: .noDuplicateDetection)
        guard case .v6(let address) = prefix.address else { return }
        // The kernel joins the group a little later (`addrconf_dad_work` in net/ipv6/addrconf.c).
        let group = address.solicitedNode.octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        try other.within {
            _ = try waitFor("group \(group)", reading: { try readTextFile("/proc/thread-self/net/igmp6") }) {
                $0.contains(group)
            }
        }
    }

    /// Gives the far link an address, for which its kernel first probes.
    func probeFromFar(_ text: String) throws { try add(prefix(text), flags: []) }

    private func add(_ prefix: IPPrefix, flags: AddressFlags) throws {
        try other.client.add(AddressMessage(link: far.index, prefix: prefix, flags: flags), linkName: "p1")
    }

    /// Opens a socket on the near link.
    func hear(_ addresses: String...) throws -> PacketSocket {
        try PacketSocket.open(on: near.index, hearing: try addresses.map { try address($0) })
    }

    /// Opens a socket on the far link.
    func hearFar(_ addresses: String...) throws -> PacketSocket {
        try other.within { try PacketSocket.open(on: far.index, hearing: try addresses.map { try address($0) }) }
    }
}

/// Returns all frames up to the first one from this sender, which must come.
func frames(from socket: inout PacketSocket, upTo sender: MACAddress?) throws -> [EthernetFrame] {
    var frames: [EthernetFrame] = []
    // One at a time, so that none after the awaited one is taken.
    try waitFor("a frame from \(sender?.description ?? "nobody")") {
        try waitForInput([socket.descriptor], milliseconds: 1000)
        return try socket.receive(limit: 1) { frames.append($0) }
    } until: { _ in
        !frames.isEmpty && frames.last?.source == sender
    }
    return frames
}

/// Returns how many frames have passed the filter since the last call.
func passed(_ socket: borrowing PacketSocket) throws -> UInt32 {
    var statistics = tpacket_stats()
    var size = socklen_t(MemoryLayout<tpacket_stats>.size)
    guard getsockopt(socket.descriptor, SOL_PACKET, PACKET_STATISTICS, &statistics, &size) == 0 else {
        throw CallError(call: "getsockopt(PACKET_STATISTICS)")
    }
    return statistics.tp_packets
}
