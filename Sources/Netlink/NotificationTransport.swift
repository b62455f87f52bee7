package import SystemCalls

/// A source of the kernel's notifications: the seam at which tests take the kernel's place.
package protocol NotificationTransport: ~Copyable {
    /// Blocks until the next event.
    mutating func receive() throws(SystemError) -> MonitorEvent
}

/// What ends a wait for notifications.
package enum MonitorEvent: Hashable, Sendable {
    /// One datagram, whole, however long it is.
    case datagram([UInt8])
    /// The kernel dropped notifications for lack of room. Later ones are complete again, so that a caller who reads the
    /// kernel's tables now misses nothing.
    case overrun
    /// The wakeup was taken.
    case woken
    /// The stop event is set.
    case stopped
}
