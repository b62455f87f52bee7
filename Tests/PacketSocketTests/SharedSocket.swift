import PacketSocket
import Synchronization
import SystemCalls

/// A socket that another thread uses.
final class SharedSocket: Sendable {
    private let socket: Mutex<PacketSocket>

    init(_ socket: consuming sending PacketSocket) { self.socket = Mutex(socket) }

    /// Sends a frame; drops it if the link's queue is full.
    func send(_ frame: EthernetFrame) throws {
        try socket.withLock { (socket: inout PacketSocket) throws(SystemError) in
            do throws(SystemError) {
                try socket.send(frame)
            } catch {
                guard [.tryAgain, .noBufferSpace].contains(error.errno) else { throw error }
            }
        }
    }
}
