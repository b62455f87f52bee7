package import Netlink
import Synchronization
package import SystemCalls

/// The events that a scripted kernel returns to successive waits for notifications, and then the stop event.
package final class NotificationScript: Sendable {
    private let events: Mutex<[Result<MonitorEvent, SystemError>]>

    package init(_ events: Result<MonitorEvent, SystemError>...) { self.events = Mutex(events) }

    /// Opens a transport that continues where the last one ended.
    package func open() -> ScriptedNotifications { ScriptedNotifications(script: self) }

    fileprivate func next() throws(SystemError) -> MonitorEvent {
        let event = events.withLock { $0.isEmpty ? .success(.stopped) : $0.removeFirst() }
        return try event.get()
    }
}

extension Result<MonitorEvent, SystemError> {
    /// Returns a datagram of these messages.
    package static func datagram(_ messages: [UInt8]...) -> Self { .success(.datagram(messages.flatMap { $0 })) }

    /// The event that the kernel dropped notifications.
    package static var overrun: Self { .success(.overrun) }

    /// Returns a failure of the socket.
    package static func failure(_ code: Int32) -> Self { .failure(SystemError(call: "recv", code: code)) }
}

/// A transport that receives the events of a script.
package struct ScriptedNotifications: ~Copyable, NotificationTransport {
    fileprivate let script: NotificationScript

    package mutating func receive() throws(SystemError) -> MonitorEvent { try script.next() }
}
