import Glibc

/// The time of day.
enum SystemClock {
    /// Seconds since 1970 (clock_gettime(2)).
    static var now: Double { seconds(CLOCK_REALTIME) }

    /// Seconds since the kernel's boot, the same for all processes; setting the time of day does not change it.
    static var sinceBoot: Double { seconds(CLOCK_BOOTTIME) }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
    }
}
