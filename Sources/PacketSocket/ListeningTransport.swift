package import NetworkTypes
package import SystemCalls

/// Exchanges frames with a link, and hears which other hosts have the addresses that the caller chooses.
package protocol ListeningTransport: FrameTransport, ~Copyable {
    /// Replaces the addresses to hear of. Returns the memberships that the socket still needs for that, if any; does not
    /// block.
    ///
    /// If there are many addresses, frames about others arrive too. Frames that wait already stay, and so do the
    /// memberships for earlier addresses: each change waits for the kernel's lock of all links, and closing ends all at
    /// once. Throws `ENOMEM` if the kernel is short of memory.
    @discardableResult
    mutating func hear(_ addresses: [IPAddress]) throws(SystemError) -> PendingMemberships?

    /// Returns whether the link is up and has a carrier; without one, it drops what is sent. Throws `ENODEV` if the link
    /// is gone.
    func isRunning() throws(SystemError) -> Bool
}
