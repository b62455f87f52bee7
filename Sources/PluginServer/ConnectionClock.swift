import NIOCore

/// Bounds the time that a connection may take for a request, and for its own end.
///
/// The time runs from the first byte of a request, and from the opening of a connection that sends none. A connection
/// that has had its answer may stay idle for as long as it likes: the engine keeps such connections, and if one is
/// closed in the moment of its use the engine's repetition of the call comes without a body.
final class ConnectionClock: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private enum Phase {
        case idle
        /// A request comes, or is waited for on a new connection: until the deadline.
        case receiving
        /// A request has come whole and its answer is on the way, which may take as long as the work does.
        case answering
        /// The last answer is written. What still comes is thrown away, until the client closes or the deadline: a
        /// connection that is closed with bytes unread is reset, and the client might never see its answer.
        case draining
    }

    private let limit: TimeAmount
    private var phase = Phase.idle
    private var deadline: Scheduled<Void>?
    private var context: ChannelHandlerContext?

    init(limit: TimeAmount) {
        self.limit = limit
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        stop()
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        phase = .receiving
        start()
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch phase {
        case .draining: return
        case .receiving, .answering: break
        case .idle:
            phase = .receiving
            start()
        }
        context.fireChannelRead(data)
    }

    /// A request has come whole.
    func requestArrived() {
        phase = .answering
        stop()
    }

    /// The client has its answer, and the connection stays open.
    func answered() {
        phase = .idle
    }

    /// The client has its last answer.
    func drain() {
        phase = .draining
        start()
    }

    private func start() {
        stop()
        guard let context else { return }
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: limit) { context.close(promise: nil) }
    }

    private func stop() {
        deadline?.cancel()
        deadline = nil
    }
}
