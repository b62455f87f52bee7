import CSystemd
import Glibc

/// Tells systemd how the service is doing (sd_notify(3)); without systemd the calls do nothing.
package enum Notifier {
    /// The service answers requests.
    package static func ready() {
        sd_notify(0, "READY=1")
    }

    /// The service reads its configuration again; `ready` is to follow, whatever comes of it.
    ///
    /// The time tells systemd to which of its own requests this belongs (Type=notify-reload in systemd.service(5), from
    /// systemd 253 on; earlier versions pass over it).
    package static func reloading() {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let microseconds = UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000
        sd_notify(0, "RELOADING=1\nMONOTONIC_USEC=\(microseconds)")
    }

    /// The service is alive.
    package static func alive() {
        sd_notify(0, "WATCHDOG=1")
    }

    /// Within what time systemd wants to be told again and again that the service is alive; nil when it does not ask
    /// (sd_watchdog_enabled(3)).
    package static var watchdogInterval: Duration? {
        var microseconds: UInt64 = 0
        guard sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }
        return .microseconds(Int64(clamping: microseconds))
    }

    /// How the service is doing, in one line.
    package static func status(_ text: String) {
        sd_notify(0, "STATUS=\(text)")
    }

    /// The service is on its way out.
    package static func stopping() {
        sd_notify(0, "STOPPING=1")
    }
}
