import NIOCore

/// Limits how long a connection may take to send a request, to read the answer, and to close.
///
/// The time for a request starts with its first byte, or when a connection opens and sends nothing. Idle connections and
/// the reading of answers have a limit only if the server sets one.
final class ConnectionClock: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private enum Phase {
        /// A new connection has sent nothing yet; it must do so before the deadline.
        case new
        case idle
        /// A request is arriving; it must be complete before the deadline.
        case receiving
        /// A complete request has arrived. The responder has no time limit here, but the client may have one to read.
        case answering
        /// The last answer is written.
        ///
        /// Further bytes are discarded until the client closes or the deadline passes: closing with unread bytes resets
        /// the connection, and the client might never see its answer.
        case draining
    }

    /// The time limit for a new connection when the server stops.
    ///
    /// A client that connects sends its request right away, and repeats it without its body if the connection is closed
    /// under it.
    private static let limitAtShutdown = TimeAmount.seconds(1)

    private let limit: TimeAmount
    private let idleLimit: TimeAmount?
    private let readingLimit: TimeAmount?
    private var phase = Phase.idle
    /// The server's order to close the connection once idle, held back until the first request.
    private var heldBack: ChannelShouldQuiesceEvent?
    private var deadline: Scheduled<Void>?
    private var context: ChannelHandlerContext?

    init(_ limits: HTTPServer.Limits) {
        limit = .seconds(limits.arrivalSeconds)
        idleLimit = limits.idleSeconds.map { .seconds($0) }
        readingLimit = limits.readingSeconds.map { .seconds($0) }
    }

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
        start(Self.limitAtShutdown)
    }

    /// Starts the answering phase; called when a complete request has arrived.
    func requestArrived() {
        phase = .answering
        stop()
        guard let order = heldBack.take() else { return }
        context?.fireUserInboundEventTriggered(order)
    }

    /// Limits the time for the client to read its answer; called when that is ready.
    func answerIsReady() {
        guard case .answering = phase, let readingLimit else { return }
        start(readingLimit)
    }

    /// Returns to the idle phase; called when the client has its answer and the connection stays open.
    func answered() {
        phase = .idle
        stop()
        if let idleLimit { start(idleLimit) }
    }

    /// Starts draining; called when the client has its last answer.
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
