import Glibc

/// How long the daemon waits for what may come or go by itself.
struct Patience {
    /// Until when after the daemon's start a container's start waits for a parent that is away.
    private(set) var parentsUntil: Duration
    /// How long something that no record accounts for is left alone.
    private(set) var orphanAge: Duration
    /// Whether the daemon was started together with its host; stays so, however long both have been up since.
    private let isHostStarting: Bool

    /// A host that has been up for longer is not starting any more: then what is away is away.
    private static let bootTime: Duration = .seconds(300)

    /// Waits for parents only where the daemon starts with its host: the engine starts the containers that are to run
    /// always once, and leaves those stopped that cannot be (moby, daemon/daemon.go, restore).
    init(parentWait: Int, orphanAge: Int, uptime: Duration = Self.uptime) {
        isHostStarting = uptime < Self.bootTime
        parentsUntil = isHostStarting ? .seconds(parentWait) : .zero
        self.orphanAge = .seconds(orphanAge)
    }

    /// Takes over other settings.
    mutating func change(parentWait: Int, orphanAge: Int) {
        parentsUntil = isHostStarting ? .seconds(parentWait) : .zero
        self.orphanAge = .seconds(orphanAge)
    }

    /// The time since the host was started (clock_gettime(2)).
    static var uptime: Duration {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return .seconds(time.tv_sec)
    }
}
