/// Why the driver refuses a call, or the host or the store a step of one.
///
/// Each refusal is built by a function beside the rule that it comes from.
package struct DriverError: Error, Hashable {
    /// One sentence for the user: what is wrong, where, and what would be right.
    package let message: String
    /// Set when the same call may succeed later, because what is in its way may go by itself.
    package let retry: RetryReason?
    /// Why the host refused a step, which reconciliation tries again; nil when it was no step.
    package let refusal: HostRefusal?

    init(_ message: String, retry: RetryReason? = nil) {
        self.message = message
        self.retry = retry
        refusal = nil
    }

    /// A step that the host refused, in the kernel's words. A parent that is claimed although nothing that can be seen
    /// claims it may be that of a dying link.
    package init(_ refusal: HostRefusal, message: String) {
        self.message = message
        self.refusal = refusal
        retry = refusal == .parentClaimed ? .heldByDyingLink : nil
    }
}

/// Why the host refused a step, as far as the driver's rules distinguish it.
package enum HostRefusal: Hashable, Sendable {
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
    /// IPv6 is off on the link that a route leaves by.
    case ipv6Off
    /// The kernel has no IPv6, or was started without it.
    case ipv6Missing
    /// The link that is to carry another one is another user's.
    case notPermitted
    case other
}

/// What may be out of a call's way soon.
package enum RetryReason: Hashable, Sendable {
    /// A link is being removed; the call succeeds as soon as that has finished.
    case linkBeingRemoved(LinkRemoval)
    /// An address or a parent is held by a link that may be about to die with its container.
    case heldByDyingLink
    /// A parent is not on the host; it may be late when the host starts.
    case parentMissing(link: String)

    /// The removal to wait for, where that is the reason.
    package var removal: LinkRemoval? {
        if case .linkBeingRemoved(let removal) = self { removal } else { nil }
    }
}

extension DriverError: CustomStringConvertible {
    package var description: String { message }
}

extension DriverError {
    /// A record that could not be written or read.
    package static func store(_ error: StateStoreError) -> DriverError { DriverError(error.message) }

    /// The same call succeeds as soon as the link has gone.
    static func linkBeingRemoved(_ removal: LinkRemoval) -> DriverError {
        DriverError("link \(removal.index) is being removed; try again", retry: .linkBeingRemoved(removal))
    }
}
