import NIOCore

/// Limits the time of a connection for a request, and for its end.
///
/// The time starts with the first byte of a request, and with the opening of a connection that sends none. A connection
/// may stay idle without limit after an answer: Docker keeps such connections, and when one is closed just as it is
/// used, Docker repeats the call without its body.
final class ConnectionClock: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private enum Phase {
        /// A new connection has sent nothing: until the deadline.
        case new
        case idle
        /// A request is arriving: until the deadline.
        case receiving
        /// A whole request has arrived and is being answered, which has no limit here.
        case answering
        /// The last answer is written. Further bytes are discarded until the client closes or the deadline: closing
        /// with unread bytes resets the connection, and the client might never see its answer.
        case draining
    }

    /// The time limit for a new connection when the server stops: who connects sends a request right away, and a call
    /// whose connection is closed under it is made again without its body.
    private static let limitAtEnd = TimeAmount.seconds(1)

    private let limit: TimeAmount
    private var phase = Phase.idle
    /// The server's order to close the connection once it is idle, while that waits for the first request.
    private var heldBack: ChannelShouldQuiesceEvent?
    private var deadline: Scheduled<Void>?
    private var context: ChannelHandlerContext?

    init(limit: TimeAmount) { self.limit = limit }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        stop()
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        phase = .new
        start()
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch phase {
        case .draining: return
        case .receiving, .answering: break
        case .new: phase = .receiving
        case .idle:
            phase = .receiving
            start()
        }
        context.fireChannelRead(data)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .new = phase, let order = event as? ChannelShouldQuiesceEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        heldBack = order
        start(Self.limitAtEnd)
    }

    /// A whole request has arrived.
    func requestArrived() {
        phase = .answering
        stop()
        guard let order = heldBack.take() else { return }
        context?.fireUserInboundEventTriggered(order)
    }

    /// The client has its answer, and the connection stays open.
    func answered() { phase = .idle }

    /// The client has its last answer.
    func drain() {
        phase = .draining
        start()
    }

    private func start(_ limit: TimeAmount? = nil) {
        stop()
        guard let context else { return }
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: limit ?? self.limit) {
            context.close(promise: nil)
        }
    }

    private func stop() {
        deadline?.cancel()
        deadline = nil
    }
}
