import Glibc
import NIOCore

extension HTTPPeer {
    /// Reads the process at the other end of a connection, on the connection's thread; nil if it is no Unix socket.
    init?(of channel: any Channel) {
        guard case .unixDomainSocket? = channel.localAddress, let options = channel as? any SocketOptionProvider
        else { return nil }
        let answer: EventLoopFuture<Credentials> = options.unsafeGetSocketOption(
            level: NIOBSDSocket.OptionLevel(rawValue: SOL_SOCKET), name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
        var peer: Credentials?
        // On the connection's own thread the answer is there already, so the closure runs before this returns.
        answer.assumeIsolated().whenSuccess { peer = $0 }
        guard let peer else { return nil }
        self.init(userID: peer.userID, groupID: peer.groupID)
    }
}

/// `struct ucred` in linux/socket.h, which Glibc's headers declare only for C programs of GNU.
private struct Credentials: Sendable {
    var processID: Int32 = 0
    var userID: UInt32 = 0
    var groupID: UInt32 = 0
}
