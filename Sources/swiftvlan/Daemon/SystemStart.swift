import Glibc
import StateStore
import SystemCalls

/// The start of the system that the daemon belongs to: the host, or the container in which the daemon and its engine
/// run.
struct SystemStart {
    /// The start as a time since the kernel's boot.
    private let time: Duration

    init(time: Duration) { self.time = time }

    /// Finds out when the system first started swiftvlan, possibly in an earlier run of the daemon.
    init(_ store: FileStateStore) {
        time = store.firstStart(inSystem: NetworkNamespace.cookie, now: Self.uptime)
    }

    /// The time since the system's start.
    var age: Duration { Self.uptime - time }

    /// The time since the kernel's boot, in whole seconds (clock_gettime(2)).
    static var uptime: Duration {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return .seconds(time.tv_sec)
    }
}
