/// The reason why the driver refuses a call, or why the host or the store refuses one of its steps.
///
/// Each error is built by a function next to the rule that it comes from.
package struct DriverError: Error, Hashable {
    /// One sentence for the user: what is wrong, where, and what to do.
    package let message: String
    /// Set if the same call may succeed later, because the obstacle may disappear by itself.
    package let retry: RetryReason?
    /// The reason why the host refused a step, which reconciliation retries; nil if no step was refused.
    package let refusal: HostRefusal?

    init(_ message: String, retry: RetryReason? = nil) {
        self.message = message
        self.retry = retry
        refusal = nil
    }

    /// Creates an error for a step that the host refused, in the kernel's words.
    ///
    /// If no visible link claims the parent, a dying link may.
    package init(_ refusal: HostRefusal, message: String) {
        self.message = message
        self.refusal = refusal
        retry = refusal == .parentClaimed ? .heldByDyingLink : nil
    }
}

/// The reasons for a refused step that the driver's rules distinguish.
package enum HostRefusal: Hashable, Sendable {
    /// The link, the VLAN on its lower link, or the route already exists.
    case alreadyExists
    /// The parent already has a link that cannot share it: one of the other kind, or a passthru link.
    case parentClaimed
    /// The kernel does not support this kind of link.
    case kindNotSupported
    /// The kernel is too old for a requested setting.
    case settingNotSupported
    /// The link that a route leaves by is down.
    case linkDown
    /// IPv6 is disabled on a route's outgoing link.
    case ipv6Off
    /// The kernel cannot filter what a link receives.
    case filterNotSupported
    /// The kernel was built or booted without IPv6.
    case ipv6Missing
    /// Another user owns the network namespace of the lower link.
    case notPermitted
    case other
}

/// The obstacle to a call that may disappear soon.
package enum RetryReason: Hashable, Sendable {
    /// A link is being removed; the call succeeds once that has finished.
    case linkBeingRemoved(LinkRemoval)
    /// A link that may be about to die with its container holds an address or a parent.
    case heldByDyingLink
    /// A parent is missing; it may appear late after boot.
    case parentMissing(link: String)

    /// The removal to wait for, if that is the reason.
    package var removal: LinkRemoval? {
        if case .linkBeingRemoved(let removal) = self { removal } else { nil }
    }
}

extension DriverError: CustomStringConvertible {
    package var description: String { message }
}

extension DriverError {
    /// Creates an error for a record that could not be written or read.
    package static func store(_ error: StateStoreError) -> DriverError { DriverError(error.message) }

    /// The call succeeds when repeated after the link is gone.
    static func linkBeingRemoved(_ removal: LinkRemoval) -> DriverError {
        DriverError("link index \(removal.index) is being removed; try again", retry: .linkBeingRemoved(removal))
    }
}
