import CPacketSocket
import Glibc
import NetworkTypes
import SystemCalls

/// Opens a packet socket that receives nothing before it is bound, is close-on-exec and does not block.
func openPacketSocket() throws(SystemError) -> Int32 {
    // With protocol 0, the socket receives nothing before it is bound.
    let type = Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    return try retryingOnInterrupt("socket(AF_PACKET)") { Glibc.socket(AF_PACKET, type, 0) }
}

/// Sends a frame on a link, to which the socket need not be bound.
func sendFrame(
    _ frame: [UInt8], type: EtherType, on link: InterfaceIndex, through descriptor: Int32
) throws(SystemError) {
    // The protocol of the address becomes that of the frame, for traffic control and for links on top.
    try withPacketAddress(of: link, type.rawValue, "send(AF_PACKET)") {
        sendto(descriptor, frame, frame.count, 0, $0, socklen_t(MemoryLayout<sockaddr_ll>.size))
    }
}

/// Passes a link's address with a protocol to a system call.
func withPacketAddress<Number: BinaryInteger>(
    of link: InterfaceIndex, _ protocol: UInt16, _ call: String, _ body: (UnsafePointer<sockaddr>) -> Number
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
