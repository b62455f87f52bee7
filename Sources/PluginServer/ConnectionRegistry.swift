import NIOCore

/// Knows the server's open connections and the calls that are being answered: bounds the number of connections, and has
/// them closed in order when the server stops.
final class ConnectionRegistry: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private let limit: Int
    private var open: [ObjectIdentifier: any Channel] = [:]
    private var calls = 0
    private var allDone: EventLoopPromise<Bool>?

    init(atMost limit: Int) {
        self.limit = limit
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let connection = unwrapInboundIn(data)
        guard open.count < limit, allDone == nil else {
            connection.close(promise: nil)
            return
        }
        let id = ObjectIdentifier(connection)
        open[id] = connection
        let registry = NIOLoopBound(self, eventLoop: context.eventLoop)
        connection.closeFuture.hop(to: context.eventLoop).whenComplete { _ in registry.value.closed(id) }
        context.fireChannelRead(data)
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
        tellWhenDone()
    }

    private func tellWhenDone() {
        if open.isEmpty, calls == 0 { allDone?.succeed(true) }
    }
}
