import DaemonTestKit
import TestSupport
import Testing

@testable import swiftvlan

@Suite("Log lines")
struct LogLineTests {
    @Test(
        "A log line has control characters and line breaks escaped",
        arguments: [
            ("plain text, \"quoted\" and é", "plain text, \"quoted\" and é"),
            ("one\ntwo\r\nthree", #"one\ntwo\r\nthree"#),
            ("a\tb\u{0}c", #"a\tb\u{0}c"#),
            ("\u{1B}[2J\u{7F}\u{9B}31m", #"\u{1b}[2J\u{7f}\u{9b}31m"#),
            ("line\u{2028}paragraph\u{2029}", #"line\u{2028}paragraph\u{2029}"#),
            ("\u{202E}backwards\u{2066}", #"\u{202e}backwards\u{2066}"#),
            (#"\n"#, #"\\n"#),
        ])
    func escaped(_ text: String, _ shown: String) { #expect(LogLine(of: text).text == shown) }

    @Test("A long log line keeps its beginning and end, within the journal's limit")
    func long() {
        let text = LogLine(of: "begin" + String(repeating: "\u{1}", count: 1 << 20) + "end").text
        #expect(text.hasPrefix("begin") && text.hasSuffix("end"))
        #expect(text.contains(" [… 1043464 bytes left out …] "))
        #expect(text.utf8.count < 48 << 10)
        let whole = String(repeating: "x", count: 5120)
        #expect(LogLine(of: whole).text == whole)
    }

    @Test("An option's value cannot forge a log line")
    func forged() async throws {
        try await DaemonProcess.with { daemon in
            let forged = #"x\r\n<3>2026-01-01T00:00:00+0000 error swiftvlan: forged\u001b[2J"#
            let body = """
                {"NetworkID":"\(Calls.network)","Options":{"com.docker.network.generic":{"parent":"\(forged)"}}}
                """
            let response = try daemon.call("/NetworkDriver.CreateNetwork", body)
            #expect(response.refusal?.contains("x\r\n<3>") == true, "the user is shown what was written")
            #expect(eventually { daemon.output.contains("Call refused") })
            let output = daemon.output
            #expect(output.contains(#"parent=x\r\n<3>2026-01-01T00:00:00+0000 error swiftvlan: forged\u{1b}[2J"#))
            #expect(!output.utf8.contains { $0 < 0x20 && $0 != 0x0A })
            let lines = output.split(separator: "\n")
            #expect(lines.count { $0.contains("forged") } == 1)
            #expect(!lines.contains { $0.hasPrefix("<3>") })
        }
    }
}
