/// A step that the kernel refused.
package struct HostError: Error, Hashable {
    /// The reasons that the driver's rules distinguish.
    package enum Reason: Hashable, Sendable {
        /// There is such a link, such a VLAN on that link, or such a route, already.
        case alreadyExists
        /// The parent has a link that does not share it: one of the other kind, or a passthru one.
        case parentClaimed
        /// The kernel does not know the kind of link.
        case kindNotSupported
        /// The kernel is too old for a setting that was asked for.
        case settingNotSupported
        /// The link that a route leaves by is down.
        case linkDown
        case other
    }

    package let reason: Reason
    /// One sentence: what was tried, on which link, and the kernel's reason.
    package let message: String

    package init(reason: Reason, message: String) {
        self.reason = reason
        self.message = message
    }
}
