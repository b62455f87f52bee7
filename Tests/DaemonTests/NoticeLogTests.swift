import DriverTestKit
import Logging
import Testing

@testable import DriverCore
@testable import swiftvlan

@Suite("Rate limit of notices")
struct NoticeLogTests {
    @Test("A flapping link is logged up to a limit per minute")
    func flapping() throws {
        let lines = LogLines()
        let host = FakeHost.usual()
        var driver = try Driver(host: host, store: MemoryStore())
        try driver.createNetwork(NetworkRequest(id: .first, options: ["parent": "eth0.50"], pools: .lan))
        var log = NoticeLog()
        func flap(at now: Duration) {
            for change in [{ host.remove("eth0") }, { _ = host.add("eth0") }] {
                change()
                _ = driver.reconcile(at: now)
                log.log(driver.takeNotices(), at: now, lines.logger)
            }
        }
        for second in 0..<50 { flap(at: .seconds(second)) }
        // The lines about the parent and about the VLAN link on it.
        #expect(lines.texts(.warning).count + lines.texts(.notice).count == 2 * NoticeLog.maximumNotices)
        #expect(
            (lines.texts(.notice) + lines.texts(.warning)).contains {
                $0.hasSuffix("(more of this is left out for a minute)")
            })
        flap(at: .seconds(120))
        #expect(lines.texts(.warning).count + lines.texts(.notice).count > 2 * NoticeLog.maximumNotices)
    }

    @Test("Notices about a thousand subjects are logged, and their counts are dropped after a minute")
    func forgotten() {
        var log = NoticeLog()
        for number in 0..<1000 {
            let verdict = log.judge(.link("link \(number)"), at: .milliseconds(number))
            #expect(verdict == .logged)
        }
        let (known, new) = (
            log.judge(.link("link 7"), at: .seconds(2)), log.judge(.link("new"), at: .seconds(2))
        )
        #expect(known == .logged)
        #expect(new == .leftOut)
        #expect(log.subjects == 1000)
        let later = log.judge(.link("new"), at: .seconds(60))
        #expect(later == .logged)
        #expect(log.subjects == 1)
    }
}
