/// What happens when another host on the LAN has the address of a new endpoint (the option `conflict`).
package enum ConflictCheck: Hashable, Sendable {
    /// The LAN is asked, nobody waits, and a conflict is logged.
    case warn
    /// The start of the container waits for the answer, at most this long, and is refused if there is a conflict.
    case refuse(timeout: Duration)
    /// The LAN is not asked.
    case off
}
