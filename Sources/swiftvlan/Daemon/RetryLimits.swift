import Configuration
import DriverCore

/// The limits for calls that wait for something that may appear or disappear by itself.
struct RetryLimits {
    /// How long a container start waits for a missing parent while the system starts.
    let parentWait: Duration
    /// How long a suspected orphan must exist before the daemon removes it.
    let orphanAge: Duration

    /// How often a call that meets a link being removed is retried, each time because of another link.
    private static let removals = 100
    /// How long a call is retried while a dying container's link holds the address or parent that it needs.
    private static let dyingLink = Duration.seconds(5)
    /// How long a system counts as starting; after that, a missing parent is an error. Docker itself may start late,
    /// because it waits for the network to be online.
    private static let startTime = Duration.seconds(300)

    init(parentWait: Int, orphanAge: Int) {
        self.parentWait = .seconds(parentWait)
        self.orphanAge = .seconds(orphanAge)
    }

    init(_ settings: Settings) {
        self.init(parentWait: Int(settings.parentWait), orphanAge: Int(settings.orphanAge))
    }

    /// Whether a refused call may be retried.
    ///
    /// `removals` counts the links being removed that the call has met, and `waited` is how long it has waited for this
    /// reason.
    func allowRetry(_ reason: RetryReason, removals: Int, waited: Duration, systemAge: Duration) -> Bool {
        switch reason {
        case .linkBeingRemoved: removals < Self.removals
        case .heldByDyingLink: waited < Self.dyingLink
        case .parentMissing: waitsForParent(since: waited, systemAge: systemAge)
        }
    }

    /// Returns the pause before the next attempt, or nil if the call waits for a removal instead.
    func pause(_ reason: RetryReason) -> Duration? {
        switch reason {
        case .linkBeingRemoved: nil
        case .heldByDyingLink: .milliseconds(20)
        case .parentMissing: .milliseconds(100)
        }
    }

    /// Whether a container start continues to wait for its parent: only while the system starts.
    ///
    /// During that time Docker starts the containers with a restart policy once, and leaves those stopped that fail
    /// (moby, daemon/daemon.go, restore).
    private func waitsForParent(since waited: Duration, systemAge: Duration) -> Bool {
        systemAge < Self.startTime && waited < parentWait
    }
}
