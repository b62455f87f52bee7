package import Netlink
package import SystemCalls

/// Reads the notifications about links and routes.
package struct RouteMonitor<Transport: NotificationTransport & ~Copyable>: ~Copyable {
    private var transport: Transport

    package init(_ transport: consuming Transport) {
        self.transport = transport
    }

    /// Blocks until there is something to tell.
    package mutating func next() throws(SystemError) -> RouteNews {
        switch try transport.receive() {
        case .datagram(let datagram): Self.read(datagram)
        case .overrun: .overrun
        case .woken: .woken
        case .stopped: .stopped
        }
    }

    private static func read(_ datagram: [UInt8]) -> RouteNews {
        do throws(DecodingError) {
            return .notifications(try RouteNotification.all(in: datagram))
        } catch {
            return .unreadable(error)
        }
    }
}

extension RouteNotification {
    /// Reads a datagram, which may hold several messages.
    package static func all(in datagram: [UInt8]) throws(DecodingError) -> [RouteNotification] {
        var notifications: [RouteNotification] = []
        var messages = MessageCursor(datagram.span.bytes)
        while let message = try messages.next() {
            if let notification = try RouteNotification(decoding: message) { notifications.append(notification) }
        }
        return notifications
    }
}

extension RouteMonitor where Transport == NotificationSocket {
    /// Subscribes to what happens to links and routes, in the network namespace of the calling thread, until the event
    /// is set; the wakeup interrupts a wait.
    package static func subscribe(
        until stop: StopEvent, wakeup: Wakeup? = nil, bufferSize: Int32 = NotificationSocket.defaultBufferSize
    ) throws(SystemError) -> RouteMonitor {
        RouteMonitor(
            try NotificationSocket.open(
                [.links, .ipv4Routes, .ipv6Routes], bufferSize: bufferSize, until: stop, wakeup: wakeup))
    }
}
