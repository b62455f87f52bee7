import NIOCore
import NIOHTTP1

/// Assembles requests, has them answered, and writes the answers, one at a time and in order.
final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        /// Between requests, or while one is being answered; NIO's pipeline handler delays the next one.
        case waiting
        case receiving(HTTPRequestHead, ByteBuffer)
        /// The request was refused; the rest of its bytes are ignored.
        case refused
    }

    private let responder: any HTTPResponder
    private let bodySizeLimit: Int
    private let clock: ConnectionClock
    private let registry: ConnectionRegistry
    private let tasks: EventLoopExecutor
    private let peer: HTTPPeer?
    private var state = State.waiting
    /// Whether a call is pending.
    private var isCalling = false
    /// Whether the client is gone.
    private var hasLeft = false

    init(
        responder: some HTTPResponder, bodySizeLimit: Int, clock: ConnectionClock, registry: ConnectionRegistry,
        tasks: EventLoopExecutor, peer: HTTPPeer?
    ) {
        self.responder = responder
        self.bodySizeLimit = bodySizeLimit
        self.clock = clock
        self.registry = registry
        self.tasks = tasks
        self.peer = peer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), .waiting):
            state = .receiving(head, context.channel.allocator.buffer(capacity: 0))
            if let refusal = refusal(of: head) { refuse(context, refusal, sendsBody: head.method != .HEAD) }
        case (.body(var part), .receiving(let head, var body)):
            // Clears the state first, so that appending does not copy the bytes.
            state = .waiting
            body.writeBuffer(&part)
            state = .receiving(head, body)
            if body.readableBytes > limit(of: head) { refuse(context, bodyTooLarge(head)) }
        case (.end, .receiving(let head, let body)):
            state = .waiting
            clock.requestArrived()
            answer(context, head, body)
        default:
            break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        hasLeft = true
        if isCalling { registry.callerLeft() }
        context.fireChannelInactive()
    }

    /// Refuses bytes that are not HTTP, and heads beyond the limits.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError else {
            // After its first error, NIO's decoder reports all further bytes as errors.
            if case .refused = state { return }
            context.close(promise: nil)
            return
        }
        refuse(context, responder.refusal(status: 400, reason: "the request is not HTTP/1.1: \(error)"))
    }

    private func refusal(of head: HTTPRequestHead) -> HTTPResponse? {
        let allowed = responder.methods(of: head.path)
        guard !allowed.isEmpty else {
            return responder.refusal(of: request(head))
                ?? responder.refusal(status: 404, reason: "there is no \(head.path) here")
        }
        guard let method = head.knownMethod, allowed.contains(method) else {
            let words = allowed.map(\.rawValue)
            let reason = "\(head.method) \(head.uri): use \(words.joined(separator: " or "))"
            return responder.refusal(status: 405, reason: reason)
                .adding(header: "Allow", words.joined(separator: ", "))
        }
        // Checked before the body arrives, so that no client sends it in vain.
        if let refusal = responder.refusal(of: request(head)) { return refusal }
        let lengths = head.headers["content-length"].compactMap { UInt64($0) }
        return lengths.contains { $0 > limit(of: head) } ? bodyTooLarge(head) : nil
    }

    private func limit(of head: HTTPRequestHead) -> Int { head.method == .GET ? 0 : bodySizeLimit }

    private func bodyTooLarge(_ head: HTTPRequestHead) -> HTTPResponse {
        let limit = limit(of: head)
        return responder.refusal(
            status: 413, reason: limit == 0 ? "a GET request has no body" : "a request body has at most \(limit) bytes")
    }

    private func request(_ head: HTTPRequestHead, _ body: [UInt8] = []) -> HTTPRequest {
        HTTPRequest(
            method: head.knownMethod ?? .post, path: head.path, query: head.query, body: body, peer: peer,
            host: head.headers.first(name: "Host"))
    }

    private func answer(_ context: ChannelHandlerContext, _ head: HTTPRequestHead, _ body: ByteBuffer) {
        let request = request(head, Array(body.readableBytesView))
        let connection = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let (responder, loop) = (responder, context.eventLoop)
        // After a request to change the protocol, NIO's decoder reads no further request.
        let keepAlive = head.isKeepAlive && !head.headers.contains(name: "Upgrade")
        isCalling = true
        registry.callStarted()
        Task(executorPreference: tasks) {
            let response = await responder.respond(to: request)
            let end = { @Sendable in
                let (handler, context) = connection.value
                handler.callEnded()
                handler.write(context, response, keepAlive: keepAlive)
            }
            // At once if possible: large answers that wait for their turn would escape the limit of unread ones.
            if loop.inEventLoop { end() } else { loop.execute(end) }
        }
    }

    private func callEnded() {
        isCalling = false
        registry.callEnded(hasLeft: hasLeft)
    }

    private func refuse(_ context: ChannelHandlerContext, _ response: HTTPResponse, sendsBody: Bool = true) {
        if case .refused = state { return }
        state = .refused
        write(context, response, keepAlive: false, sendsBody: sendsBody)
    }

    private func write(
        _ context: ChannelHandlerContext, _ response: HTTPResponse, keepAlive: Bool, sendsBody: Bool = true
    ) {
        guard context.channel.isActive else { return }
        let size = sendsBody ? response.body.count : 0
        guard registry.mayWrite(size) else { return giveUp(context) }
        clock.answerIsReady()
        var head = HTTPResponseHead(version: .http1_1, status: HTTPResponseStatus(statusCode: response.status))
        head.headers = ["Content-Type": response.contentType, "Content-Length": String(response.body.count)]
        for field in response.headers { head.headers.add(name: field.name, value: field.value) }
        if !keepAlive { head.headers.add(name: "Connection", value: "close") }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        let bytes = ByteBuffer(bytes: response.body.prefix(size))
        let body = context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(bytes)))).assumeIsolated()
        body.whenComplete { _ in self.registry.answerEnded(size) }
        body.whenSuccess { self.finish(context, keepAlive: keepAlive) }
    }

    /// Refuses an answer for which there is no memory, because other clients do not read theirs.
    private func giveUp(_ context: ChannelHandlerContext) {
        let response = responder.refusal(
            status: 503, reason: "too many clients have not read their answers yet; try again in a minute")
        guard response.body.count <= ConnectionRegistry.smallAnswer else { return context.close(promise: nil) }
        write(context, response, keepAlive: false)
    }

    /// Ends an answer once the socket has accepted it.
    ///
    /// NIO's pipeline handler passes on the next request only after this end, so a client that sends without reading
    /// occupies the memory of one answer.
    private func finish(_ context: ChannelHandlerContext, keepAlive: Bool) {
        if keepAlive {
            clock.answered()
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        } else {
            clock.drain()
            context.channel.close(mode: .output, promise: nil)
        }
    }
}
