import Glibc

/// Where and when a topology was drawn, for a file that is opened later or elsewhere.
package struct TopologyCaption: Sendable {
    package var host: String
    /// In seconds since 1970.
    package var time: Int

    package init(host: String, time: Int) {
        self.host = host
        self.time = time
    }

    /// Such as `Host nas, 2026-11-29 08:14:02 UTC`.
    var text: String { "Host \(host), \(date)" }

    private var date: String {
        var seconds = time_t(time)
        var parts = tm()
        guard gmtime_r(&seconds, &parts) != nil else { return "\(time) s after 1970" }
        let day = [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)].map(Self.twoDigits)
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { Self.twoDigits(Int($0)) }
        return "\(day.joined(separator: "-")) \(clock.joined(separator: ":")) UTC"
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
