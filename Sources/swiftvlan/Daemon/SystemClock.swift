import Glibc

/// The time of day.
enum SystemClock {
    /// Seconds since 1970 (clock_gettime(2)).
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
    }
}
