/// Why the driver refuses a call.
///
/// Each refusal is built by a function beside the rule that it comes from.
package struct DriverError: Error, Hashable {
    /// One sentence for the user: what is wrong, where, and what would be right.
    package let message: String
    /// Set when the same call may succeed later, because what is in its way may go by itself.
    package let retry: RetryReason?

    init(_ message: String, retry: RetryReason? = nil) {
        self.message = message
        self.retry = retry
    }
}

/// What may be out of a call's way soon.
package enum RetryReason: Hashable, Sendable {
    /// A link is being removed; the call succeeds as soon as that has finished.
    case linkBeingRemoved(LinkRemoval)
    /// An address or a parent is held by a link that may be about to die with its container.
    case heldByDyingLink
    /// A parent is not on the host; it may be late when the host starts.
    case parentMissing(link: String)
    /// The kernel refused a step. Making the call again would not help; reconciliation tries the step again.
    case stepRefused
}

extension RetryReason {
    /// The removal to wait for, where that is the reason.
    package var removal: LinkRemoval? {
        if case .linkBeingRemoved(let removal) = self { removal } else { nil }
    }
}

extension DriverError: CustomStringConvertible {
    package var description: String { message }
}

extension DriverError {
    /// A refusal of the host's, in the kernel's words. A parent that is claimed although nothing that could be seen
    /// claims it may be that of a dying link.
    static func host(_ error: HostError) -> DriverError {
        DriverError(error.message, retry: error.reason == .parentClaimed ? .heldByDyingLink : .stepRefused)
    }

    /// A record that could not be written or read.
    package static func store(_ error: StateStoreError) -> DriverError { DriverError(error.message) }
}

extension DriverError {
    /// The same call succeeds as soon as the link has gone.
    static func linkBeingRemoved(_ removal: LinkRemoval) -> DriverError {
        DriverError("link \(removal.index) is being removed; try again", retry: .linkBeingRemoved(removal))
    }
}
