import NIOCore

/// Tracks the server's open connections and pending calls.
///
/// It limits the number of connections, and closes them gracefully when the server stops. At the limit it accepts no
/// more, and the kernel queues new ones. A connection that was accepted and dropped could have sent its request
/// already; Docker would repeat it without a body, in vain.
final class ConnectionRegistry: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias OutboundIn = Never

    private let limit: Int
    private var open: [ObjectIdentifier: any Channel] = [:]
    private var calls = 0
    private var allDone: EventLoopPromise<Bool>?
    /// Set while the limit keeps the listening socket from accepting.
    private var heldBack: ChannelHandlerContext?

    init(atMost limit: Int) { self.limit = limit }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let connection = unwrapInboundIn(data)
        let id = ObjectIdentifier(connection)
        open[id] = connection
        let registry = NIOLoopBound(self, eventLoop: context.eventLoop)
        connection.closeFuture.hop(to: context.eventLoop).whenComplete { _ in registry.value.closed(id) }
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        if open.count < limit {
            context.read()
        } else {
            heldBack = context
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { heldBack = nil }

    func callStarted() { calls += 1 }

    func callEnded() {
        calls -= 1
        reportWhenDone()
    }

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
        if open.count < limit, let context = heldBack {
            heldBack = nil
            context.read()
        }
        reportWhenDone()
    }

    private func reportWhenDone() { if open.isEmpty, calls == 0 { allDone?.succeed(true) } }
}
