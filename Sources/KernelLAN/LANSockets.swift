import NetworkTypes
import PacketSocket
import SystemCalls

/// How a client reaches links; tests replace it.
struct LANSockets<Transport: ListeningTransport & ~Copyable & SendableMetatype>: Sendable {
    /// Opens a socket on a link that hears of these addresses.
    let open: @Sendable (InterfaceIndex, [IPAddress]) throws(SystemError) -> sending Transport
    /// Sends a frame on a link.
    let send: @Sendable (EthernetFrame, InterfaceIndex) throws(SystemError) -> Void
}

extension LANSockets<PacketSocket> {
    /// Returns the kernel's sockets in the calling thread's network namespace.
    static func kernel() -> LANSockets {
        let sender = SharedSender()
        return LANSockets(
            open: { (link, addresses) throws(SystemError) in
                try PacketSocket.openWithoutMemberships(on: link, hearing: addresses)
            },
            send: { (frame, link) throws(SystemError) in try sender.send(frame, on: link) })
    }
}
