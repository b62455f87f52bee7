import NetworkTypes
import PacketSocket
import Synchronization
import SystemCalls

/// A socket that sends on all links; opened when it is first used.
///
/// It stays open, because closing blocks, and an idle one costs nothing.
final class SharedSender: Sendable {
    private let socket = Mutex<FrameSender?>(nil)

    func send(_ frame: EthernetFrame, on link: InterfaceIndex) throws(SystemError) {
        try socket.withLock { (socket: inout FrameSender?) throws(SystemError) in
            if socket == nil { socket = try FrameSender() }
            try socket?.send(frame, on: link)
        }
    }
}
