import NIOCore
import NIOHTTP1

/// The reason why an answer is not usable.
struct UnusableAnswer: Error, CustomStringConvertible {
    let description: String
}

/// Collects the parts of one answer.
final class ResponseCollector: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart

    private let answer: EventLoopPromise<LocalResponse>
    private let bodyLimit: Int
    private var status = 0
    private var body: [UInt8] = []

    init(_ answer: EventLoopPromise<LocalResponse>, bodyLimit: Int) {
        self.answer = answer
        self.bodyLimit = bodyLimit
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): status = Int(head.status.code)
        case .body(let part):
            guard body.count + part.readableBytes <= bodyLimit else {
                answer.fail(UnusableAnswer(description: "the answer has more than \(bodyLimit) bytes"))
                return context.close(promise: nil)
            }
            body.append(contentsOf: part.readableBytesView)
        case .end:
            answer.succeed(LocalResponse(status: status, body: body))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        answer.fail(UnusableAnswer(description: "the connection was closed before the answer was complete"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer.fail(error)
        context.close(promise: nil)
    }
}
