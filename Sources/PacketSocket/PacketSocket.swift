import CPacketSocket
import Glibc
package import NetworkTypes
package import SystemCalls

/// A packet socket (packet(7)), which sends frames on one link and hears which other hosts have the given addresses.
///
/// - It needs CAP_NET_RAW, which nothing else in this package does. The daemon does not have this capability yet.
/// - It has no thread, and neither sending nor receiving blocks; the caller waits for `descriptor`. Closing blocks for
///   some 20 ms, and for longer on a busy machine (`synchronize_net` in `packet_release`).
/// - It receives only the frames that `PacketFilter` selects, from its first moment on. The filter cannot be replaced.
/// - It receives nothing that this host sends on the link, neither its own frames nor those of the kernel.
/// - It is close-on-exec, so that no child inherits the right to send frames.
/// - When the link goes down, is deleted or moves to another namespace, the next call throws `ENETDOWN`, once. A socket on
///   a link that came up again works again. On a link that is gone, sends throw `ENXIO`, and nothing is received
///   (`packet_notifier` in net/packet/af_packet.c).
///
/// It is bound to all protocols. A socket for ARP alone also receives the frames of VLANs, with their tags removed and
/// without a trace of them, even if they belong to a VLAN link on this one (`__netif_receive_skb_core` in net/core/dev.c
/// serves sockets for one protocol late). A socket for all protocols receives the tag beside the frame (`PACKET_AUXDATA`),
/// where the filter sees it.
package struct PacketSocket: ~Copyable, FrameTransport {
    package let descriptor: Int32
    private let link: InterfaceIndex
    private var buffer = [UInt8](repeating: 0, count: PacketFilter.maximumFrameSize)

    private init(descriptor: Int32, link: InterfaceIndex) {
        self.descriptor = descriptor
        self.link = link
    }

    deinit { close(descriptor) }

    /// Opens a socket on a link in the calling thread's network namespace. Without addresses, it only sends, and the link's
    /// traffic never passes it.
    ///
    /// Throws `EPERM` without CAP_NET_RAW, `ENODEV` if there is no such link, `ENETDOWN` if it is down and there are
    /// addresses to hear, and `ENOMEM` or `EINVAL` for so many addresses that the filter is too long. Nine addresses of
    /// each family fit into the default `net.core.optmem_max` of Linux 6.1, 20,480 bytes.
    package static func open(
        on link: InterfaceIndex, hearing addresses: [IPAddress]
    ) throws(SystemError) -> PacketSocket {
        // With protocol 0, the socket receives nothing before it is bound.
        let type = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = Glibc.socket(AF_PACKET, type, 0)
        guard descriptor >= 0 else { throw SystemError(call: "socket(AF_PACKET)") }
        let socket = PacketSocket(descriptor: descriptor, link: link)
        try socket.attach(PacketFilter(addresses))
        try socket.set(SOL_SOCKET, SO_LOCK_FILTER, Int32(1))
        try socket.set(SOL_PACKET, PACKET_IGNORE_OUTGOING, Int32(1))
        try socket.bind(to: UInt16(addresses.isEmpty ? 0 : ETH_P_ALL))
        for address in addresses {
            guard case .v6(let address) = address else { continue }
            try socket.join(.allNodes)
            try socket.join(address.solicitedNode)
        }
        return socket
    }

    package mutating func send(_ frame: [UInt8], type: EtherType) throws(SystemError) {
        // The protocol of the address becomes that of the frame, for traffic control and for links on top.
        try withAddress(type.rawValue, "send(AF_PACKET)") {
            sendto(descriptor, frame, frame.count, 0, $0, socklen_t(MemoryLayout<sockaddr_ll>.size))
        }
    }

    package mutating func receive() throws(SystemError) -> [UInt8]? {
        do throws(SystemError) {
            let count = try retryingOnInterrupt("recv(AF_PACKET)") { recv(descriptor, &buffer, buffer.count, 0) }
            return Array(buffer[..<count])
        } catch {
            guard error.errno == .tryAgain else { throw error }
            return nil
        }
    }

    private func attach(_ filter: PacketFilter) throws(SystemError) {
        var instructions = filter.instructions
        let result = instructions.withUnsafeMutableBufferPointer { buffer in
            // The kernel refuses programs with more than 4,096 instructions (`BPF_MAXINSNS`).
            var program = sock_fprog(len: UInt16(clamping: buffer.count), filter: buffer.baseAddress)
            return setsockopt(
                descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, socklen_t(MemoryLayout<sock_fprog>.size))
        }
        guard result == 0 else { throw SystemError(call: "setsockopt(SO_ATTACH_FILTER)") }
    }

    private func bind(to protocol: UInt16) throws(SystemError) {
        try withAddress(`protocol`, "bind(AF_PACKET)") {
            Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_ll>.size))
        }
        // A socket can be bound to a link that is down, and then has an error waiting (`packet_do_bind`).
        var error: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) == 0 else {
            throw SystemError(call: "getsockopt(SO_ERROR)")
        }
        guard error == 0 else { throw SystemError(call: "bind(AF_PACKET)", code: error) }
    }

    /// Makes the link receive frames for a multicast address, as long as the socket is open. A macvlan link discards those
    /// for groups that nobody joined (`macvlan_broadcast` in drivers/net/macvlan.c). The kernel joins the group of all nodes
    /// only on a link with IPv6, and a solicited-node group only for an address that the link has.
    private func join(_ group: IPv6Address) throws(SystemError) {
        var request = packet_mreq()
        request.mr_ifindex = link.number
        request.mr_type = UInt16(PACKET_MR_MULTICAST)
        request.mr_alen = UInt16(ETH_ALEN)
        withUnsafeMutableBytes(of: &request.mr_address) { $0.copyBytes(from: MACAddress(multicast: group).octets) }
        try set(SOL_PACKET, PACKET_ADD_MEMBERSHIP, request)
    }

    private func set<Value: BitwiseCopyable>(_ level: Int32, _ option: Int32, _ value: Value) throws(SystemError) {
        let result = withUnsafeBytes(of: value) {
            setsockopt(descriptor, level, option, $0.baseAddress, socklen_t($0.count))
        }
        guard result == 0 else { throw SystemError(call: "setsockopt(AF_PACKET, \(option))") }
    }

    /// Passes the link's address with a protocol to a system call.
    private func withAddress<Number: BinaryInteger>(
        _ protocol: UInt16, _ call: String, _ body: (UnsafePointer<sockaddr>) -> Number
    ) throws(SystemError) {
        var address = sockaddr_ll()
        address.sll_family = UInt16(AF_PACKET)
        address.sll_protocol = `protocol`.bigEndian
        address.sll_ifindex = link.number
        try retryingOnInterrupt(call) {
            withUnsafePointer(to: address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0) }
            }
        }
    }
}
