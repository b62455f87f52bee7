import Glibc
import StateStore
import SystemCalls

/// The start of the system that the daemon is part of: of the host, or of the container that the daemon and its engine
/// run in.
struct SystemStart {
    /// In time since the kernel's boot.
    private let time: Duration

    init(time: Duration) { self.time = time }

    /// Finds out when the system first started swiftvlan, be it in an earlier run of the daemon.
    init(_ store: FileStateStore) {
        time = store.firstStart(inSystem: NetworkNamespace.cookie, now: Self.uptime)
    }

    /// How long ago it was.
    var age: Duration { Self.uptime - time }

    /// The time since the kernel's boot, in whole seconds (clock_gettime(2)).
    static var uptime: Duration {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return .seconds(time.tv_sec)
    }
}
