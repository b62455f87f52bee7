package import Netlink
import Synchronization

/// What the scripted kernel tells of itself, one reception or failure for each time that it is listened to. When it has
/// no more to tell it says that nobody wants to know any more.
package final class NotificationScript: Sendable {
    private let receptions: Mutex<[Result<Reception, SystemError>]>

    package init(_ receptions: Result<Reception, SystemError>...) {
        self.receptions = Mutex(receptions)
    }

    /// Opens a transport that tells what has not been told yet.
    package func open() -> ScriptedNotifications { ScriptedNotifications(script: self) }

    fileprivate func next() throws(SystemError) -> Reception {
        let reception = receptions.withLock { $0.isEmpty ? .success(.stopped) : $0.removeFirst() }
        return try reception.get()
    }
}

extension Result<Reception, SystemError> {
    /// A datagram of these messages.
    package static func telling(_ messages: [UInt8]...) -> Self { .success(.datagram(messages.flatMap { $0 })) }

    /// The kernel had more to tell than there was room for.
    package static var overrun: Self { .success(.overrun) }

    /// The socket fails.
    package static func failure(_ code: Int32) -> Self {
        .failure(SystemError(call: "recv", errno: Errno(code: code)))
    }
}

/// The receiving end of such a script.
package struct ScriptedNotifications: ~Copyable, NotificationTransport {
    fileprivate let script: NotificationScript

    package mutating func receive() throws(SystemError) -> Reception { try script.next() }
}
