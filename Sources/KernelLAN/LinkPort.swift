import NetworkTypes
import PacketSocket
import Synchronization
import SystemCalls

/// The socket of a link about which questions are open, or were a short time ago.
///
/// Only the client's thread uses it, except for closing, which blocks.
final class LinkPort<Transport: ListeningTransport & ~Copyable & SendableMetatype>: Sendable {
    let descriptor: Int32
    private let socket: Mutex<Transport?>
    private let joiner = Joiner()

    init(_ socket: consuming sending Transport) {
        descriptor = socket.descriptor
        self.socket = Mutex(socket)
    }

    func hear(_ addresses: [IPAddress]) throws(SystemError) {
        let memberships = try socket.withLock { (socket: inout Transport?) throws(SystemError) in
            try socket?.hear(addresses)
        }
        if let memberships { joiner.join(memberships) }
    }

    /// Sends a probe; returns what prevents it.
    func send(_ frame: EthernetFrame) -> Obstacle? {
        do throws(SystemError) {
            return try socket.withLock { (socket: inout Transport?) throws(SystemError) -> Obstacle? in
                guard try socket?.isRunning() == true else { return .noCarrier }
                try socket?.send(frame)
                return nil
            }
        } catch {
            return Obstacle(error)
        }
    }

    /// Passes waiting frames on, at most `limit`; returns how many were taken from the queue.
    func receive(limit: Int, _ body: (EthernetFrame) -> Void) throws(SystemError) -> Int {
        try socket.withLock { (socket: inout Transport?) throws(SystemError) in
            try socket?.receive(limit: limit, body) ?? 0
        }
    }

    /// Closes the socket on a thread of its own, because the kernel waits until no processor uses the socket anymore
    /// (`synchronize_net` in `packet_release`).
    func close() {
        do throws(SystemError) {
            try startThread(named: "LAN closer") { self.closeNow() }
        } catch {
            closeNow()
        }
    }

    private func closeNow() { socket.withLock { $0 = nil } }
}
