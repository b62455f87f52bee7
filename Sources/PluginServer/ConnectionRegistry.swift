import NIOCore

/// Knows the server's open connections and the calls that are being answered: bounds the number of connections, and has
/// them closed in order when the server stops.
///
/// At the bound no more are accepted, and the kernel keeps those who come in the socket's queue. One that was accepted
/// and dropped could have sent its request already; the engine would repeat that without a body, in vain.
final class ConnectionRegistry: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias OutboundIn = Never

    private let limit: Int
    private var open: [ObjectIdentifier: any Channel] = [:]
    private var calls = 0
    private var allDone: EventLoopPromise<Bool>?
    /// Set while the listening socket would accept and may not.
    private var heldBack: ChannelHandlerContext?

    init(atMost limit: Int) {
        self.limit = limit
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
        if open.count < limit {
            context.read()
        } else {
            heldBack = context
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        heldBack = nil
    }

    func callStarted() {
        calls += 1
    }

    func callEnded() {
        calls -= 1
        tellWhenDone()
    }

    /// Has every connection closed as soon as it owes no answer. The promise is told when the last one is, and no call
    /// is being answered, not even for a client that is gone.
    func quiesce(_ promise: EventLoopPromise<Bool>) {
        allDone = promise
        for connection in open.values {
            // NIO's pipeline handler closes on this event, at once or behind the answer it waits for.
            connection.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
        tellWhenDone()
    }

    /// Closes every connection, whatever it waits for.
    func closeAll() {
        for connection in open.values { connection.close(promise: nil) }
    }

    private func closed(_ id: ObjectIdentifier) {
        open[id] = nil
        if open.count < limit, let context = heldBack {
            heldBack = nil
            context.read()
        }
        tellWhenDone()
    }

    private func tellWhenDone() {
        if open.isEmpty, calls == 0 { allDone?.succeed(true) }
    }
}
