/// When swiftvlan announces the addresses of a network's containers to the LAN (the option `announce`).
package enum AnnouncementPolicy: String, CaseIterable, Hashable, Sendable {
    /// After changes of the parent, and at the start of a container if the engine announces nothing itself.
    case auto
    /// After changes of the parent, and at each start of a container.
    case on
    case off
}
