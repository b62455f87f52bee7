package import Netlink
package import SystemCalls

/// Reads and changes links, addresses and routes in the network namespace of its connection.
///
/// Every call blocks until the kernel has answered; an error names the operation and the links.
package struct RouteClient<Transport: DatagramTransport & ~Copyable>: ~Copyable {
    private var connection: NetlinkConnection<Transport>
    /// Called after each request, for the log.
    package var trace: RequestTrace?

    package init(_ connection: consuming NetlinkConnection<Transport>) { self.connection = connection }

    /// Sends a request and passes each message of the answer to `answers`.
    package mutating func execute(
        _ operation: @autoclosure () -> String,
        _ request: () throws(EncodingError) -> MessageBuilder,
        answers: (borrowing Message) throws(DecodingError) -> Void = { (_) throws(DecodingError) in }
    ) throws(RouteError) {
        try send(operation, request) { (connection, message) throws(NetlinkError) in
            try connection.execute(message, answers: answers)
        }
    }

    /// Reads a table; returns one value per message.
    mutating func dump<Value>(
        _ operation: @autoclosure () -> String, _ request: () throws(EncodingError) -> MessageBuilder,
        _ decode: (borrowing Message) throws(DecodingError) -> Value?
    ) throws(RouteError) -> [Value] {
        try send(operation, request) { (connection, message) throws(NetlinkError) in
            try connection.dump(message, decode)
        }
    }

    private mutating func send<Answer>(
        _ operation: () -> String, _ request: () throws(EncodingError) -> MessageBuilder,
        _ exchange: (inout NetlinkConnection<Transport>, consuming MessageBuilder) throws(NetlinkError) -> Answer
    ) throws(RouteError) -> Answer {
        let message: MessageBuilder
        do throws(EncodingError) {
            message = try request()
        } catch {
            throw RouteError(operation: operation(), cause: .unencodable(error))
        }
        let (type, start) = (message.type, ContinuousClock.now)
        do throws(NetlinkError) {
            let answer = try exchange(&connection, message)
            trace?(operation, type, start.duration(to: .now), nil)
            return answer
        } catch {
            trace?(operation, type, start.duration(to: .now), error)
            throw RouteError(operation: operation(), cause: error)
        }
    }
}

/// Receives each request's operation, message type (`RTM_…`) and duration, and its error if it failed.
package typealias RequestTrace = (
    _ operation: () -> String, _ type: UInt16, _ duration: Duration, _ error: NetlinkError?
) -> Void

extension RouteClient where Transport == NetlinkSocket {
    /// Creates a client for the network namespace of the thread that makes the first call.
    package init() { self.init(NetlinkConnection { () throws(SystemError) in try NetlinkSocket.open() }) }
}

/// A request about links, addresses or routes that failed.
package struct RouteError: Error, Hashable {
    /// The operation, with the names of the links: `create macvlan link "sv0123456789ab" on "eth0"`.
    package let operation: String
    package let cause: NetlinkError

    /// The kernel's error number, if the kernel refused the request.
    package var errno: Errno? { cause.errno }
}

extension RouteError: CustomStringConvertible {
    package var description: String { "\(operation): \(cause)" }
}
