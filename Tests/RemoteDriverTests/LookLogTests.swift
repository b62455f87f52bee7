import DriverTestKit
import Logging
import Testing

@testable import DriverCore
@testable import RemoteDriver

@Suite("What the log says of looks at the host")
struct LookLogTests {
    private static func remote(_ lines: Lines) throws -> FakeRemote {
        var remote = FakeRemote(try DriverEngine(host: .usual(), store: MemoryStore()), logger: lines.logger)
        let options = #""Options":{"com.docker.network.generic":{"parent":"eth0.50"}}"#
        remote.expect(Exchange("CreateNetwork", #"{"NetworkID":"4fb1a52fb1cd",\#(options)}"#))
        return remote
    }

    @Test("a link that flaps is told of so often in a minute, and in the next one again")
    func flapping() throws {
        let lines = Lines()
        var remote = try Self.remote(lines)
        for second in 0..<50 { remote.flap(at: .seconds(second)) }
        // Of the parent, and of the VLAN link upon it.
        #expect(lines.texts(.warning).count + lines.texts(.notice).count == 2 * RepeatedNotices.most)
        #expect(
            (lines.texts(.notice) + lines.texts(.warning)).contains {
                $0.hasSuffix("(more of this is left out for a minute)")
            })
        remote.flap(at: .seconds(120))
        #expect(lines.texts(.warning).count + lines.texts(.notice).count > 2 * RepeatedNotices.most)
    }

    @Test("a look tells whether it has repaired anything")
    func repaired() throws {
        var remote = try Self.remote(Lines())
        let first = remote.repair(at: .zero, .host)
        remote.change { $0.remove("eth0.50") }
        let second = remote.repair(at: .zero, .host)
        #expect(!first)
        #expect(second)
    }

    @Test("a thousand subjects are told of, and forgotten when their time is over")
    func forgotten() {
        var notices = RepeatedNotices()
        for number in 0..<1000 {
            let verdict = notices.judge("link \(number)", at: .milliseconds(number))
            #expect(verdict == .told)
        }
        let (known, new) = (notices.judge("link 7", at: .seconds(2)), notices.judge("new", at: .seconds(2)))
        #expect(known == .told)
        #expect(new == .leftOut)
        #expect(notices.subjects == 1000)
        let later = notices.judge("new", at: .seconds(60))
        #expect(later == .told)
        #expect(notices.subjects == 1)
    }
}

extension RemoteDriver<FakeHost, MemoryStore> {
    fileprivate mutating func change(_ change: (inout FakeHost) -> Void) { change(&driver.host) }

    fileprivate mutating func flap(at now: Duration) {
        change { $0.remove("eth0") }
        _ = repair(at: now, .host)
        change { $0.add("eth0") }
        _ = repair(at: now, .host)
    }
}
