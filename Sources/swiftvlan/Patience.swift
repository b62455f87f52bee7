import Glibc

/// How long the daemon waits for what may come or go by itself.
struct Patience {
    /// How long a container's start waits for a parent that is away while the host starts.
    private(set) var parentWait: Duration
    /// How long something that no record accounts for is left alone.
    private(set) var orphanAge: Duration

    /// A host that has been up for longer is not starting any more: then what is away is away. The engine may be late
    /// itself, as it waits for the network to be online.
    private static let bootTime: Duration = .seconds(300)

    init(parentWait: Int, orphanAge: Int) {
        self.parentWait = .seconds(parentWait)
        self.orphanAge = .seconds(orphanAge)
    }

    /// Takes over other settings.
    mutating func change(parentWait: Int, orphanAge: Int) {
        self = Patience(parentWait: parentWait, orphanAge: orphanAge)
    }

    /// Whether a container's start that has waited so long for its parent waits on: only where the host is starting,
    /// because the engine starts the containers that are to run always once then, and leaves those stopped that cannot be
    /// (moby, daemon/daemon.go, restore).
    func waitsForParent(since waited: Duration, uptime: Duration = Self.uptime) -> Bool {
        uptime < Self.bootTime && waited < parentWait
    }

    /// The time since the host was started (clock_gettime(2)).
    static var uptime: Duration {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return .seconds(time.tv_sec)
    }
}
