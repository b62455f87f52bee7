import CSystemd
import Glibc

/// Reports the service's state to systemd (sd_notify(3)); without systemd the calls do nothing.
package enum Notifier {
    /// Reports that the service answers requests.
    package static func ready() { sd_notify(0, "READY=1") }

    /// Reports that the service reloads its configuration; `ready` must follow, also after a failure.
    ///
    /// The timestamp matches the report to systemd's request (Type=notify-reload in systemd.service(5), since systemd
    /// 253; earlier versions ignore it).
    package static func reloading() {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let microseconds = UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000
        sd_notify(0, "RELOADING=1\nMONOTONIC_USEC=\(microseconds)")
    }

    /// Reports that the service is alive.
    package static func alive() { sd_notify(0, "WATCHDOG=1") }

    /// The interval of systemd's watchdog; nil when the watchdog is off (sd_watchdog_enabled(3)).
    package static var watchdogInterval: Duration? {
        var microseconds: UInt64 = 0
        guard sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }
        return .microseconds(Int64(clamping: microseconds))
    }

    /// Reports the service's status, in one line.
    package static func status(_ text: String) { sd_notify(0, "STATUS=\(text)") }

    /// Reports that the service is stopping.
    package static func stopping() { sd_notify(0, "STOPPING=1") }
}
