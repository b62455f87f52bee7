import ControlAPI
import Glibc
import Testing

@testable import swiftvlan

@Suite("Events on a terminal")
struct EventLineTests {
    @Test("An event's line has short identifiers first, and its duration last")
    func line() {
        let id = String(repeating: "ab12", count: 16)
        let event = EventDocument(
            position: 1, time: 1_700_000_000.25, level: "info", message: "Endpoint joined",
            fields: [
                "network.id": id, "endpoint.id": "cd34", "parent": "eth0.50", "vlan": "50", "call": "Join",
                "duration_us": "2149", "options": "",
            ])
        let line = EventLine(event).text
        #expect(
            line.hasSuffix(
                ".250  info     Endpoint joined  network=ab12ab12ab12 endpoint=cd34 parent=eth0.50 vlan=50 call=Join "
                    + "duration=2.1ms"))
        #expect(line.prefixMatch(of: /2023-11-1[45] \d\d:\d\d:\d\d\.250/) != nil)
    }

    @Test("A value with spaces is quoted, and control characters from outside are escaped")
    func quoted() {
        let event = EventDocument(
            position: 1, time: 0, level: "warning", message: "Call refused",
            fields: ["reason": "parent=\u{1B}[2J: no\nlink"])
        #expect(EventLine(event).text.hasSuffix(#"Call refused  reason="parent=\u{1b}[2J: no\nlink""#))
    }

    @Test(
        "A time or duration outside of all calendars does not stop the program",
        arguments: [
            Double.nan, .infinity, -1e300, 1e300,
        ])
    func absurd(_ number: Double) {
        let event = EventDocument(
            position: 1, time: number, level: "info", message: "a", fields: ["duration_us": "\(number)"])
        #expect(EventLine(event).text.hasPrefix("unknown  info     a"))
    }

    @Test(
        "A duration has one digit after the point, and the unit that keeps it short",
        arguments: [
            ("0", "0.0ms"), ("640", "0.6ms"), ("99940", "99.9ms"), ("999400", "999ms"), ("999600", "1.0s"),
            ("2403000", "2.4s"), ("61000000", "61.0s"),
        ])
    func shownDuration(_ microseconds: String, _ text: String) {
        let event = EventDocument(
            position: 1, time: 0, level: "info", message: "a", fields: ["duration_us": microseconds])
        #expect(EventLine(event).text.hasSuffix("  duration=\(text)"))
    }

    @Test("A time without a date is the latest one: of today, or of yesterday if it is later than now")
    func timeOfDay() throws {
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday, parts.tm_hour, parts.tm_isdst) = (126, 6, 14, 8, -1)
        let eight = Double(mktime(&parts))
        #expect(EventTime("01:41", now: eight)?.seconds == eight - 6 * 3600 - 19 * 60)
        #expect(EventTime("08:00", now: eight)?.seconds == eight)
        #expect(EventTime("08:00:01", now: eight)?.seconds == eight - 86399)
        #expect(EventTime("23:30", now: eight)?.seconds == eight - 8.5 * 3600)
    }

    @Test(
        "A duration is before now",
        arguments: [("90s", 910.0), ("10m", 400.0), ("1h", -2600.0), ("1d", -85400.0), ("0s", 1000.0)])
    func duration(_ text: String, _ seconds: Double) throws {
        #expect(try #require(EventTime(text, now: 1000)).seconds == seconds)
    }

    @Test(
        "A time has an offset from UTC",
        arguments: [
            ("2026-11-29T08:00:01Z", 1_795_939_201.0), ("2026-11-29 08:00Z", 1_795_939_200.0),
            ("2026-11-29T09:00:00+01:00", 1_795_939_200.0), ("2026-11-29T02:30-0530", 1_795_939_200.0),
        ])
    func time(_ text: String, _ seconds: Double) throws {
        #expect(try #require(EventTime(text, now: 0)).seconds == seconds)
    }

    @Test("A time without an offset is local")
    func local() throws {
        var parts = tm()
        (parts.tm_year, parts.tm_mon, parts.tm_mday, parts.tm_hour, parts.tm_isdst) = (126, 6, 14, 8, -1)
        let expected = Double(mktime(&parts))
        #expect(try #require(EventTime("2026-07-14 08:00", now: 0)).seconds == expected)
        #expect(try #require(EventTime("2026-07-14", now: 0)).seconds == expected - 8 * 3600)
    }

    @Test(
        "Other texts are no time",
        arguments: [
            "", "yesterday", "10", "m", "-5m", "1w", "2026-13-01", "2026-00-01", "2026-11-29T25:00", "2026-11-29T08",
            "2026-11-29T08:00:00X",
            "24:00", "08:60", "8:00", "08:00:61", "08:00Z", "2026-02-30", "2025-02-29T08:00", "99999999999s",
            "2026-11-29T08:00Z ",
        ])
    func wrong(_ text: String) { #expect(EventTime(text, now: 0)?.seconds == nil) }
}
