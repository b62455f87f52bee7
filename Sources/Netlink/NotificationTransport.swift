package import SystemCalls

/// A source of kernel notifications; tests replace the kernel here.
package protocol NotificationTransport: ~Copyable {
    /// Blocks until the next event and returns it.
    mutating func receive() throws(SystemError) -> MonitorEvent
}

/// The result of a wait for notifications.
package enum MonitorEvent: Hashable, Sendable {
    /// One whole datagram of any length.
    case datagram([UInt8])
    /// The kernel dropped notifications because the buffer was full. Later ones are complete again, so a caller that
    /// reads the kernel's tables now misses nothing.
    case overrun
    /// The wakeup was taken.
    case woken
    /// The stop event is set.
    case stopped
}
