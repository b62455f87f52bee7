package import Netlink
import Synchronization
package import SystemCalls

/// What the scripted kernel tells of itself, one reception or failure for each time that it is listened to. When it has
/// no more to tell it says that nobody wants to know any more.
package final class NotificationScript: Sendable {
    private let receptions: Mutex<[Result<MonitorEvent, SystemError>]>

    package init(_ receptions: Result<MonitorEvent, SystemError>...) {
        self.receptions = Mutex(receptions)
    }

    /// Opens a transport that tells what has not been told yet.
    package func open() -> ScriptedNotifications { ScriptedNotifications(script: self) }

    fileprivate func next() throws(SystemError) -> MonitorEvent {
        let reception = receptions.withLock { $0.isEmpty ? .success(.stopped) : $0.removeFirst() }
        return try reception.get()
    }
}

extension Result<MonitorEvent, SystemError> {
    /// A datagram of these messages.
    package static func telling(_ messages: [UInt8]...) -> Self { .success(.datagram(messages.flatMap { $0 })) }

    /// The kernel had more to tell than there was room for.
    package static var overrun: Self { .success(.overrun) }

    /// The socket fails.
    package static func failure(_ code: Int32) -> Self {
        .failure(SystemError(call: "recv", code: code))
    }
}

/// The receiving end of such a script.
package struct ScriptedNotifications: ~Copyable, NotificationTransport {
    fileprivate let script: NotificationScript

    package mutating func receive() throws(SystemError) -> MonitorEvent { try script.next() }
}
