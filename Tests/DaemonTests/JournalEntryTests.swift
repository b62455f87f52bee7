import Logging
import Testing

@testable import swiftvlan

@Suite("Fields of the journal")
struct JournalEntryTests {
    private static func fields(_ metadata: Logger.Metadata, _ level: Logger.Level = .info) -> [String] {
        JournalEntry(level, message: "text", metadata: metadata).fields.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("An entry has a sentence, the priority of syslog, the program and a field for each detail")
    func fields() {
        let metadata: Logger.Metadata = [
            "network.id": "12", "endpoint.id": "34", "parent": "eth0.50", "vlan": "50", "call": "/NetworkDriver.Join",
            "duration_us": "7", "reason": "a b",
        ]
        #expect(
            Self.fields(metadata) == [
                "MESSAGE=text: a b  network=12 endpoint=34 parent=eth0.50 vlan=50 call=Join duration=0.0ms",
                "PRIORITY=6", "SYSLOG_IDENTIFIER=swiftvlan", "SWIFTVLAN_CALL=Join",
                "SWIFTVLAN_DURATION_USEC=7", "SWIFTVLAN_ENDPOINT=34", "SWIFTVLAN_NETWORK=12",
                "SWIFTVLAN_PARENT=eth0.50", "SWIFTVLAN_REASON=a b", "SWIFTVLAN_VLAN=50",
            ])
    }

    @Test(
        "Each level has a priority of syslog",
        arguments: zip(Logger.Level.allCases, [7, 7, 6, 5, 4, 3, 2]))
    func priority(_ level: Logger.Level, _ priority: Int) {
        #expect(Self.fields([:], level).contains("PRIORITY=\(priority)"))
    }

    @Test(
        "The name of every field is valid in the journal",
        arguments: ["a", "A.b-c d", "ä", "", "1", "_", "=", "\n", String(repeating: "x.", count: 100)])
    func names(_ key: String) {
        let name = JournalEntry.name(of: key)
        #expect(name.hasPrefix("SWIFTVLAN_"))
        #expect(name.utf8.count <= 64)
        #expect(name.wholeMatch(of: /[A-Z][A-Z0-9_]*/) != nil)
    }

    @Test("A value keeps line breaks and control characters, as one field")
    func values() {
        #expect(Self.fields(["a": "b\nPRIORITY=0\n\u{0}\u{1B}"]).last == "SWIFTVLAN_A=b\nPRIORITY=0\n\u{0}\u{1B}")
    }

    @Test("The size and number of values are bounded")
    func bounds() {
        let long = String(repeating: "x", count: 1 << 20)
        let keys = (0..<1000).map { "k\($0)" }
        let fields = Self.fields(Dictionary(uniqueKeysWithValues: keys.map { ($0, .string(long)) }))
        #expect(fields.count == 3 + JournalEntry.fieldLimit)
        #expect(fields.allSatisfy { $0.utf8.count <= 64 + 1 + JournalEntry.valueLimit })
    }
}
