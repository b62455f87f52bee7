import NIOCore

/// Tracks the server's open connections, pending calls and unread answers.
///
/// It limits their number, and closes connections gracefully when the server stops. At the limit it accepts no
/// more, and the kernel queues new ones. A connection that was accepted and dropped could have sent its request
/// already; Docker would repeat it without a body, in vain.
final class ConnectionRegistry: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias OutboundIn = Never

    /// The size in bytes of answers, such as refusals, that are always written.
    static let smallAnswer = 4 << 10

    private let limit: Int
    private let unreadLimit: Int
    private var open: [ObjectIdentifier: any Channel] = [:]
    /// The pending calls, also of clients that are gone.
    private var calls = 0
    /// The pending calls of clients that are gone.
    private var leftCalls = 0
    /// The size of the answers that clients have not read yet.
    private var unread = 0
    private var allDone: EventLoopPromise<Bool>?
    /// Set while the limit keeps the listening socket from accepting.
    private var heldBack: ChannelHandlerContext?

    init(_ limits: HTTPServer.Limits) {
        limit = limits.connections
        unreadLimit = limits.unreadBytes
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let connection = unwrapInboundIn(data)
        let id = ObjectIdentifier(connection)
        open[id] = connection
        let registry = NIOLoopBound(self, eventLoop: context.eventLoop)
        connection.closeFuture.hop(to: context.eventLoop).whenComplete { _ in registry.value.closed(id) }
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        if hasRoom {
            context.read()
        } else {
            heldBack = context
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { heldBack = nil }

    /// Whether a connection may be accepted. A client that leaves before its answer does not make room for another one
    /// until that call has ended.
    private var hasRoom: Bool { open.count + leftCalls < limit }

    func callStarted() { calls += 1 }

    /// Takes note that the client of a pending call is gone.
    func callerLeft() { leftCalls += 1 }

    func callEnded(hasLeft: Bool) {
        calls -= 1
        if hasLeft { leftCalls -= 1 }
        acceptIfRoom()
        reportWhenDone()
    }

    /// Returns whether an answer of this size may be written; if so, call `answerEnded` once it is read or given up.
    func mayWrite(_ size: Int) -> Bool {
        guard unread == 0 || size <= max(unreadLimit - unread, Self.smallAnswer) else { return false }
        unread += size
        return true
    }

    func answerEnded(_ size: Int) { unread -= size }

    /// Closes every connection once its answer is written.
    ///
    /// The promise succeeds when all connections are closed and no call is pending, not even for a client that is gone.
    func quiesce(_ promise: EventLoopPromise<Bool>) {
        allDone = promise
        for connection in open.values {
            // NIO's pipeline handler closes on this event, at once or after the pending answer.
            connection.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
        reportWhenDone()
    }

    /// Closes every connection at once.
    func closeAll() { for connection in open.values { connection.close(promise: nil) } }

    private func closed(_ id: ObjectIdentifier) {
        open[id] = nil
        acceptIfRoom()
        reportWhenDone()
    }

    private func acceptIfRoom() {
        guard hasRoom, let context = heldBack else { return }
        heldBack = nil
        context.read()
    }

    private func reportWhenDone() { if open.isEmpty, calls == 0 { allDone?.succeed(true) } }
}
