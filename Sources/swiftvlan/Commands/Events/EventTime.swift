import ArgumentParser
import Glibc

/// A moment that a user wrote: a duration before now, or a time.
struct EventTime: ExpressibleByArgument {
    private static let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
    /// Seconds since 1970.
    let seconds: Double

    init?(argument: String) { self.init(argument, now: SystemClock.now) }

    init?(_ text: String, now: Double) {
        if let unit = text.last.flatMap({ Self.units[$0] }), let number = UInt32(text.dropLast()) {
            seconds = now - Double(number) * unit
        } else if let time = Self.time(text) ?? Self.timeOfDay(text, now: now) {
            seconds = time
        } else {
            return nil
        }
    }

    /// Reads a date, with a time or without, in an offset from UTC or in local time.
    private static func time(_ text: String) -> Double? {
        let form = /(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?(Z|[+-]\d\d:?\d\d)?)?/
        guard let match = text.wholeMatch(of: form) else { return nil }
        func number(_ text: Substring?) -> Int32 { text.flatMap { Int32($0) } ?? 0 }
        let (_, year, month, day, hour, minute, second, offset) = match.output
        guard (1...12).contains(number(month)), (1...31).contains(number(day)), number(hour) < 24, number(minute) < 60,
            number(second) <= 60
        else { return nil }
        guard isDate(number(year), number(month), number(day)) else { return nil }
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (number(year) - 1900, number(month) - 1, number(day))
        (parts.tm_hour, parts.tm_min, parts.tm_sec) = (number(hour), number(minute), number(second))
        // The C library finds out whether it is summer time.
        parts.tm_isdst = -1
        guard let offset else { return Double(mktime(&parts)) }
        return Double(timegm(&parts)) - seconds(ofOffset: offset)
    }

    /// Reads a local time without a date: the latest such time that is not after now.
    private static func timeOfDay(_ text: String, now: Double) -> Double? {
        guard let match = text.wholeMatch(of: /(\d\d):(\d\d)(?::(\d\d))?/) else { return nil }
        func number(_ text: Substring?) -> Int32 { text.flatMap { Int32($0) } ?? 0 }
        let (_, hour, minute, second) = match.output
        guard number(hour) < 24, number(minute) < 60, number(second) <= 60 else { return nil }
        var current = time_t(now)
        var today = tm()
        localtime_r(&current, &today)
        (today.tm_hour, today.tm_min, today.tm_sec) = (number(hour), number(minute), number(second))
        for daysAgo: Int32 in [0, 1] {
            var parts = today
            parts.tm_mday -= daysAgo
            parts.tm_isdst = -1
            let seconds = Double(mktime(&parts))
            if seconds <= now { return seconds }
        }
        return nil
    }

    /// Whether a date exists: the C library makes the second of March of February 30.
    private static func isDate(_ year: Int32, _ month: Int32, _ day: Int32) -> Bool {
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday) = (year - 1900, month - 1, day)
        _ = timegm(&parts)
        return parts.tm_mday == day
    }

    /// Returns the seconds of an offset such as `+01:00`; 0 for `Z`.
    private static func seconds(ofOffset text: Substring) -> Double {
        let digits = text.filter(\.isNumber)
        guard let hours = Double(digits.prefix(2)), let minutes = Double(digits.suffix(2)) else { return 0 }
        return (text.hasPrefix("-") ? -60 : 60) * (hours * 60 + minutes)
    }
}
