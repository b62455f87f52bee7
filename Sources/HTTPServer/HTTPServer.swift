import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// Serves requests over HTTP/1.1 on a listening socket.
///
/// One thread reads and writes all connections; the responder answers on other threads.
package final class HTTPServer: Sendable {
    /// The resources that clients may use.
    package struct Limits: Sendable {
        /// The maximum size of a body in bytes; Docker's largest is a few kilobytes.
        package var bodySize = 1 << 20
        /// The maximum size of a header field in bytes.
        package var headerFieldSize = 8 << 10
        /// The maximum size of a head in bytes.
        package var headerListSize = 32 << 10
        package var headerFieldCount = 64
        /// The time limit in seconds for a request to arrive after its first byte, for a new connection to send one,
        /// and for a client to close after its last answer.
        package var arrivalSeconds: Int64 = 10
        /// The time limit in seconds for pending answers when the server stops.
        package var shutdownSeconds: Int64 = 20
        /// The maximum number of connections, and of calls that clients have left unfinished.
        package var connections = 256
        /// The time limit in seconds for a connection to send its next request; nil for none.
        ///
        /// Docker keeps idle connections, and if one is closed just as Docker uses it, Docker repeats the call without
        /// its body.
        package var idleSeconds: Int64?
        /// The time limit in seconds for a client to read an answer; nil for none.
        package var readingSeconds: Int64?
        /// The maximum size in bytes of all answers that clients have not read yet; a single answer may be larger.
        package var unreadBytes = Int.max

        package init() {}
    }

    private let group: MultiThreadedEventLoopGroup
    private let channel: any Channel
    private let connections: NIOLoopBound<ConnectionRegistry>
    private let limits: Limits

    /// Starts to serve a socket; requests are answered once this returns.
    package init(socket: borrowing ListeningSocket, responder: some HTTPResponder, limits: Limits = Limits()) throws {
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let registry = try loop.submit { NIOLoopBound(ConnectionRegistry(limits), eventLoop: loop) }
            .wait()
        connections = registry
        let tasks = EventLoopExecutor(loop)
        self.limits = limits
        channel = try ServerBootstrap(group: group)
            // One connection at a time, so that the limit is checked before each.
            .serverChannelOption(.maxMessagesPerRead, value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(registry.value)
                }
            }
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try Self.configure(channel, responder, limits, registry.value, tasks)
                }
            }
            .withBoundSocket(socket.descriptor)
            .wait()
        // NIO has shortened the queue to 128 connections.
        listen(socket.descriptor, ListeningSocket.queueLength)
    }

    /// Calls the closure on the server's thread as soon as that is free.
    ///
    /// If the thread hangs, the closure is never called.
    package func ping(_ answer: @escaping @Sendable () -> Void) { channel.eventLoop.execute(answer) }

    /// Stops accepting, closes idle connections, and answers the requests that have arrived.
    ///
    /// Blocks until all are answered, at most for the time limit.
    ///
    /// - Returns: whether all were answered within the limit.
    package func shutDown() throws -> Bool {
        let loop = channel.eventLoop
        try channel.close().wait()
        let allDone = loop.makePromise(of: Bool.self)
        loop.execute { [connections] in connections.value.quiesce(allDone) }
        loop.scheduleTask(in: .seconds(limits.shutdownSeconds)) { allDone.succeed(false) }
        guard try allDone.futureResult.wait() else {
            // The thread keeps running for late answers.
            try loop.submit { [connections] in connections.value.closeAll() }.wait()
            return false
        }
        try group.syncShutdownGracefully()
        return true
    }

    private static func configure(
        _ channel: any Channel, _ responder: some HTTPResponder, _ limits: Limits,
        _ registry: ConnectionRegistry, _ tasks: EventLoopExecutor
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        var decoder = NIOHTTPDecoderLimitConfiguration()
        decoder.maxHeaderFieldSize = limits.headerFieldSize
        decoder.maxHeaderListSize = limits.headerListSize
        decoder.maxHeaderFieldCount = limits.headerFieldCount
        let clock = ConnectionClock(limits)
        try pipeline.addHandler(clock)
        try pipeline.configureHTTPServerPipeline(
            withErrorHandling: false, withEncoderConfiguration: .init(), withDecoderLimitConfiguration: decoder)
        try pipeline.addHandler(
            RequestHandler(
                responder: responder, bodySizeLimit: limits.bodySize, clock: clock, registry: registry, tasks: tasks,
                peer: HTTPPeer(of: channel)))
    }
}
