package import Netlink
package import SystemCalls

/// Reads and changes links, addresses and routes in the network namespace of its connection.
///
/// Every call blocks until the kernel has answered; a failure names the operation and the links.
package struct RouteClient<Transport: DatagramTransport & ~Copyable>: ~Copyable {
    private var connection: NetlinkConnection<Transport>

    package init(_ connection: consuming NetlinkConnection<Transport>) {
        self.connection = connection
    }

    /// Sends a request whose answer, if any, the closure reads.
    mutating func execute(
        _ operation: @autoclosure () -> String,
        _ request: () throws(EncodingError) -> MessageBuilder,
        answers: (borrowing Message) throws(DecodingError) -> Void = { (_) throws(DecodingError) in }
    ) throws(RouteError) {
        do throws(NetlinkError) {
            try connection.execute(try Self.built(request), answers: answers)
        } catch {
            throw RouteError(operation: operation(), cause: error)
        }
    }

    /// Reads a table.
    mutating func dump<Value>(
        _ operation: @autoclosure () -> String,
        _ request: () throws(EncodingError) -> MessageBuilder,
        _ decode: (borrowing Message) throws(DecodingError) -> Value?
    ) throws(RouteError) -> [Value] {
        do throws(NetlinkError) {
            return try connection.dump(try Self.built(request), decode)
        } catch {
            throw RouteError(operation: operation(), cause: error)
        }
    }

    private static func built(
        _ request: () throws(EncodingError) -> MessageBuilder
    ) throws(NetlinkError) -> MessageBuilder {
        do throws(EncodingError) {
            return try request()
        } catch {
            throw .unencodable(error)
        }
    }
}

extension RouteClient where Transport == NetlinkSocket {
    /// Makes a client of the kernel, in the network namespace of the thread that makes the first call.
    package init() {
        self.init(NetlinkConnection { () throws(SystemError) in try NetlinkSocket.open() })
    }
}

/// A request about links, addresses or routes that failed.
package struct RouteError: Error, Hashable {
    /// What was tried, with the names of the links: `create macvlan link "sv0123456789ab" on "eth0"`.
    package let operation: String
    package let cause: NetlinkError

    /// The kernel's error number when it was the kernel that refused.
    package var errno: Errno? { cause.errno }
}

extension RouteError: CustomStringConvertible {
    package var description: String { "\(operation): \(cause)" }
}
