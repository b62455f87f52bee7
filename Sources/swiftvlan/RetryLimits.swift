import Configuration
import DriverCore

/// How long the daemon waits for what may come or go by itself, and how often it tries again.
struct RetryLimits {
    /// How long a container's start waits for a parent that is missing while the system starts.
    let parentWait: Duration
    /// How long something that no record accounts for is left alone.
    let orphanAge: Duration

    /// How often a call is made again that met a link that is being removed: each time another one.
    private static let removals = 100
    /// How long a call is made again that wants an address or a parent which a dying container's link holds.
    private static let dyingLink = Duration.seconds(5)
    /// A system that has been up for longer is not starting any more: then what is missing is missing. Docker may be
    /// late itself, as it waits for the network to be online.
    private static let startTime = Duration.seconds(300)

    init(parentWait: Int, orphanAge: Int) {
        self.parentWait = .seconds(parentWait)
        self.orphanAge = .seconds(orphanAge)
    }

    init(_ settings: Settings) {
        self.init(parentWait: Int(settings.parentWait), orphanAge: Int(settings.orphanAge))
    }

    /// Whether a call that was refused for a reason is made again, after so many removals, and so much time with it, in
    /// a system that started so long ago.
    func allowRetry(_ reason: RetryReason, removals: Int, waited: Duration, systemAge: Duration) -> Bool {
        switch reason {
        case .linkBeingRemoved: removals < Self.removals
        case .heldByDyingLink: waited < Self.dyingLink
        case .parentMissing: waitsForParent(since: waited, systemAge: systemAge)
        }
    }

    /// The pause before the next attempt; nil where there is a removal to wait for.
    func pause(_ reason: RetryReason) -> Duration? {
        switch reason {
        case .linkBeingRemoved: nil
        case .heldByDyingLink: .milliseconds(20)
        case .parentMissing: .milliseconds(100)
        }
    }

    /// Whether a container's start that has waited so long for its parent waits on: only while the system starts,
    /// because Docker then starts the containers that are always to run once, and leaves those stopped that cannot be
    /// (moby, daemon/daemon.go, restore).
    private func waitsForParent(since waited: Duration, systemAge: Duration) -> Bool {
        systemAge < Self.startTime && waited < parentWait
    }
}
