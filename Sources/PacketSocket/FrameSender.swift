import Glibc
package import NetworkTypes
package import SystemCalls

/// A packet socket (packet(7)) that sends frames on any link of its namespace, and receives nothing.
///
/// It is bound to no link, so a link that goes down or is deleted leaves no error behind in it. It needs CAP_NET_RAW. It is
/// close-on-exec, like `PacketSocket`.
package struct FrameSender: ~Copyable {
    private let descriptor: Int32

    /// Opens a socket in the calling thread's network namespace. Throws `EPERM` without CAP_NET_RAW.
    package init() throws(SystemError) { descriptor = try openPacketSocket() }

    deinit { close(descriptor) }

    /// Sends a frame; does not block. Throws what `FrameTransport.send` throws, and `ENXIO` if there is no such link.
    package func send(_ frame: EthernetFrame, on link: InterfaceIndex) throws(SystemError) {
        try sendFrame(frame.bytes, type: frame.type, on: link, through: descriptor)
    }
}
