import NIOCore
import NIOHTTP1
import NIOPosix

/// The answer to a request over a Unix socket.
package struct LocalResponse: Hashable, Sendable {
    package let status: Int
    package let body: [UInt8]

    package init(status: Int, body: [UInt8]) {
        self.status = status
        self.body = body
    }
}

/// Sends HTTP requests over a Unix socket, one connection each; for the commands, not for the daemon.
package struct LocalClient: Sendable {
    /// The path of the socket.
    package let path: String
    /// The maximum size of an answer's body in bytes.
    private let bodyLimit: Int

    package init(path: String, bodyLimit: Int = 256 << 20) {
        self.path = path
        self.bodyLimit = bodyLimit
    }

    /// Sends a GET request and returns the answer, whatever its status; blocks until the time limit.
    package func get(_ target: String, within limit: Duration = .seconds(10)) throws(LocalClientError) -> LocalResponse
    {
        try send(.GET, target, body: [], within: limit)
    }

    /// Sends a POST request and returns the answer, whatever its status; blocks until the time limit.
    package func post(
        _ target: String, body: [UInt8], within limit: Duration = .seconds(60)
    ) throws(LocalClientError) -> LocalResponse {
        try send(.POST, target, body: body, within: limit)
    }

    private func send(
        _ method: HTTPMethod, _ target: String, body: [UInt8], within limit: Duration
    ) throws(LocalClientError) -> LocalResponse {
        // Anything else would end the request's first line early (RFC 9112 §3).
        guard target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw LocalClientError(UnusableRequest(target: target), path: path)
        }
        var head = HTTPRequestHead(version: .http1_1, method: method, uri: target)
        head.headers = ["Host": "localhost", "Connection": "close"]
        if method == .POST {
            head.headers.add(name: "Content-Type", value: "application/json")
            head.headers.add(name: "Content-Length", value: String(body.count))
        }
        do {
            return try exchange(head, body, within: limit)
        } catch {
            throw LocalClientError(error, path: path)
        }
    }

    private func exchange(
        _ head: HTTPRequestHead, _ body: [UInt8], within limit: Duration
    ) throws -> LocalResponse {
        let bodyLimit = bodyLimit
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let answer = loop.makePromise(of: LocalResponse.self)
        let channel = ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(
                        ResponseCollector(answer, bodyLimit: bodyLimit))
                }
            }
            .connect(unixDomainSocketPath: path)
        channel.cascadeFailure(to: answer)
        channel.whenSuccess { channel in
            channel.write(HTTPClientRequestPart.head(head), promise: nil)
            if !body.isEmpty {
                channel.write(HTTPClientRequestPart.body(.byteBuffer(ByteBuffer(bytes: body))), promise: nil)
            }
            channel.writeAndFlush(HTTPClientRequestPart.end(nil)).cascadeFailure(to: answer)
        }
        let end = loop.scheduleTask(in: TimeAmount(limit)) { answer.fail(LocalClientTimeout(limit: limit)) }
        defer {
            end.cancel()
            channel.whenSuccess { $0.close(promise: nil) }
        }
        return try answer.futureResult.wait()
    }
}

/// The server did not answer within the time limit.
struct LocalClientTimeout: Error {
    let limit: Duration
}

/// The request cannot be sent.
struct UnusableRequest: Error, CustomStringConvertible {
    let target: String

    var description: String { "\(target.debugDescription) has characters that the path of a request cannot contain" }
}
