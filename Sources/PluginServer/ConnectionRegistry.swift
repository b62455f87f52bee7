import NIOCore

/// Knows the server's open connections: bounds their number, and has them closed in order when the server stops.
final class ConnectionRegistry: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private let limit: Int
    private var open: [ObjectIdentifier: any Channel] = [:]
    private var allClosed: EventLoopPromise<Bool>?

    init(atMost limit: Int) {
        self.limit = limit
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let connection = unwrapInboundIn(data)
        guard open.count < limit, allClosed == nil else {
            connection.close(promise: nil)
            return
        }
        let id = ObjectIdentifier(connection)
        open[id] = connection
        let registry = NIOLoopBound(self, eventLoop: context.eventLoop)
        connection.closeFuture.hop(to: context.eventLoop).whenComplete { _ in registry.value.closed(id) }
        context.fireChannelRead(data)
    }

    /// Has every connection closed as soon as it owes no answer; the promise is told when the last one is.
    func quiesce(_ promise: EventLoopPromise<Bool>) {
        allClosed = promise
        for connection in open.values {
            // NIO's pipeline handler closes on this event, at once or behind the answer it waits for.
            connection.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
        if open.isEmpty { promise.succeed(true) }
    }

    private func closed(_ id: ObjectIdentifier) {
        open[id] = nil
        if open.isEmpty { allClosed?.succeed(true) }
    }
}
