import NIOCore

/// Closes a connection whose request does not arrive whole in time.
///
/// The time runs from the first byte of a request, and from the opening of a connection that sends none. A connection
/// that has had its answer may stay idle for as long as it likes: the engine keeps such connections, and if one is
/// closed in the moment of its use the engine's repetition of the call comes without a body.
final class ArrivalDeadlineHandler: ChannelInboundHandler, ChannelOutboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    /// Sent towards the socket by the handler that has taken a whole request.
    struct RequestArrived: Sendable {}

    private let limit: TimeAmount
    private var deadline: Scheduled<Void>?

    init(limit: TimeAmount) {
        self.limit = limit
    }

    func channelActive(context: ChannelHandlerContext) {
        startClock(context)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if deadline == nil { startClock(context) }
        context.fireChannelRead(data)
    }

    func channelInactive(context: ChannelHandlerContext) {
        stopClock()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        stopClock()
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is RequestArrived else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        stopClock()
        promise?.succeed(())
    }

    private func startClock(_ context: ChannelHandlerContext) {
        stopClock()
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: limit) { context.close(promise: nil) }
    }

    private func stopClock() {
        deadline?.cancel()
        deadline = nil
    }
}
