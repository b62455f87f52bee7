import CPacketSocket
import Glibc
package import NetworkTypes
package import SystemCalls

/// A packet socket (packet(7)), which sends frames on one link and hears which other hosts have the given addresses.
///
/// - It needs CAP_NET_RAW, like `FrameSender`, and nothing else in this package does.
/// - It has no thread, and neither sending nor receiving blocks; the caller waits for `descriptor`. `open` and
///   `PendingMemberships` wait for the kernel's lock of all links (`packet_mc_add`). Closing blocks for some 20 ms, and for
///   longer on a busy machine (`synchronize_net` in `packet_release`).
/// - It receives only the frames that `PacketFilter` selects, from its first moment on.
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
package struct PacketSocket: ~Copyable, ListeningTransport {
    package let descriptor: Int32
    private let link: InterfaceIndex
    private var heard: [IPAddress] = []
    private var memberships: Set<Membership> = []
    private var buffer = [UInt8](repeating: 0, count: PacketFilter.maximumFrameSize)

    private init(descriptor: Int32, link: InterfaceIndex) {
        self.descriptor = descriptor
        self.link = link
    }

    deinit { close(descriptor) }

    /// Opens a socket on a link in the calling thread's network namespace. Without addresses, it only sends, forever, and
    /// the link's traffic never passes it.
    ///
    /// Throws `EPERM` without CAP_NET_RAW, `ENODEV` if there is no such link, `ENETDOWN` if it is down and there are
    /// addresses to hear, and the errors of `hear`.
    package static func open(
        on link: InterfaceIndex, hearing addresses: [IPAddress]
    ) throws(SystemError) -> PacketSocket {
        var socket = try openWithoutMemberships(on: link, hearing: addresses)
        try socket.hear(addresses)?.join()
        return socket
    }

    /// Opens a socket like `open`, but does not wait for the kernel's lock of all links. The caller calls `hear` next.
    package static func openWithoutMemberships(
        on link: InterfaceIndex, hearing addresses: [IPAddress]
    ) throws(SystemError) -> PacketSocket {
        var socket = PacketSocket(descriptor: try openPacketSocket(), link: link)
        try socket.attach(PacketFilter(addresses))
        socket.heard = addresses
        try socket.set(SOL_PACKET, PACKET_IGNORE_OUTGOING, Int32(1))
        try socket.bind(to: UInt16(addresses.isEmpty ? 0 : ETH_P_ALL))
        return socket
    }

    @discardableResult
    package mutating func hear(_ addresses: [IPAddress]) throws(SystemError) -> PendingMemberships? {
        if addresses != heard {
            try attach(PacketFilter(addresses))
            heard = addresses
        }
        let hasAllMulticast = memberships.contains(.allMulticast)
        let missing = Membership.all(for: addresses).subtracting(memberships)
            .filter { !($0.isMulticast && hasAllMulticast) }
        guard !missing.isEmpty else { return nil }
        let pending = try PendingMemberships(missing, on: link, of: descriptor)
        memberships.formUnion(missing)
        return pending
    }

    package func isRunning() throws(SystemError) -> Bool {
        let request = try linkRequest("ioctl(SIOCGIFFLAGS)", SIOCGIFFLAGS)
        return request.ifr_ifru.ifru_flags & Int16(IFF_RUNNING) != 0
    }

    /// Returns the link's MAC address. Throws `ENODEV` if the link is gone.
    package func macAddress() throws(SystemError) -> MACAddress {
        let request = try linkRequest("ioctl(SIOCGIFHWADDR)", SIOCGIFHWADDR)
        let octets = withUnsafeBytes(of: request.ifr_ifru.ifru_hwaddr.sa_data) { Array($0.prefix(Int(ETH_ALEN))) }
        return MACAddress(octets: octets) ?? MACAddress(bits: 0)
    }

    /// Asks for a property of the link (netdevice(7)), which the kernel knows by its present name.
    private func linkRequest(_ call: String, _ number: Int32) throws(SystemError) -> ifreq {
        var request = ifreq()
        request.ifr_ifru.ifru_ivalue = link.number
        try retryingOnInterrupt("ioctl(SIOCGIFNAME)") { ioctl(descriptor, UInt(SIOCGIFNAME), &request) }
        try retryingOnInterrupt(call) { ioctl(descriptor, UInt(number), &request) }
        return request
    }

    package mutating func send(_ frame: [UInt8], type: EtherType) throws(SystemError) {
        try sendFrame(frame, type: type, on: link, through: descriptor)
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
        try withPacketAddress(of: link, `protocol`, "bind(AF_PACKET)") {
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

    private func set<Value: BitwiseCopyable>(_ level: Int32, _ option: Int32, _ value: Value) throws(SystemError) {
        let result = withUnsafeBytes(of: value) {
            setsockopt(descriptor, level, option, $0.baseAddress, socklen_t($0.count))
        }
        guard result == 0 else { throw SystemError(call: "setsockopt(AF_PACKET, \(option))") }
    }
}
