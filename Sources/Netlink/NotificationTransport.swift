/// Datagrams that the kernel sends of itself: the seam at which tests take the kernel's place.
package protocol NotificationTransport: ~Copyable {
    /// Blocks until there is something to tell.
    mutating func receive() throws(SystemError) -> Reception
}

/// What came of waiting for a notification.
package enum Reception: Hashable, Sendable {
    /// One datagram, whole, however long it is.
    case datagram([UInt8])
    /// The kernel had more to tell than there was room for. What it says from now on is complete again: whoever looks at
    /// the kernel after this misses nothing.
    case overrun
    /// The bell was rung: somebody wants to know whether this thread is alive.
    case rung
    /// Nobody wants to know any more.
    case stopped
}
