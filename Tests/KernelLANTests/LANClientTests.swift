import CTestSupport
import DriverCore
import KernelTestKit
import Netlink
import NetlinkTestKit
import NetworkTypes
import PacketSocket
import RouteNetlink
import SystemCalls
import TestSupport
import Testing

@testable import KernelLAN

@Suite("LANClient", .needsNetworkNamespaces, .needs(.veth), .timeLimit(.minutes(20)))
struct LANClientTests {
    @Test("A LAN host that has the address is a conflict with its MAC address", arguments: ["10.0.0.2", "fd00::2"])
    func held(text: String) async throws {
        try await withNetworkNamespace { kernel in
            let wire = try LANWire(&kernel)
            try wire.addToFar(text.contains(":") ? "\(text)/64" : "\(text)/24")
            let holder = try #require(wire.far.macAddress)
            // Its own MAC address is not that of the parent, and the parent has no address at all.
            try expect(wire.ask(text).only(), equals: conflict(text, at: holder))
            try expect(wire.ask("10.0.0.9", "fd00::9", text).only(), equals: conflict(text, at: holder))
        }
    }

    @Test("Addresses that nobody has are free when the time is over, and not before")
    func free() async throws {
        try await withNetworkNamespace { kernel in
            let wire = try LANWire(&kernel)
            try wire.addToFar("10.0.0.2/24")
            let start = ContinuousClock.now
            try expect(wire.ask("10.0.0.9", "fd00::9", timeout: 100).only(), equals: .free)
            #expect(start.duration(to: .now) >= .milliseconds(100))
        }
    }

    @Test(
        "Another host that probes for the address at the same time is a conflict", arguments: ["10.0.0.9", "fd00::9"])
    func simultaneous(text: String) async throws {
        try await withNetworkNamespace { kernel in
            let wire = try LANWire(&kernel)
            var far = try wire.hearFar(text)
            let answers = try wire.ask(text, timeout: 60_000)
            _ = try LANWire.next(&far)
            try far.send(.probe(for: try address(text), from: mac(1)))
            try far.send(.probe(for: try address(text), from: mac(2), nonce: Nonce(bits: 9)))
            try expect(answers.only(), equals: conflict(text, at: mac(2)))
        }
    }

    @Test("A link that is down, has no carrier or is gone is not asked")
    func unusable() async throws {
        try await withNetworkNamespace { kernel in
            let wire = try LANWire(&kernel)
            try wire.other.client.change(wire.far.index, named: "p1", LinkChanges(isUp: false))
            try waitFor("the carrier to go", reading: { try wire.ask("10.0.0.9", timeout: 60).only() }) {
                $0 == .notAsked("the parent has no carrier")
            }
            try kernel.change(wire.parent.index, named: "p0", LinkChanges(isUp: false))
            try expect(wire.ask("10.0.0.9").only(), equals: .notAsked("the parent is down or gone"))
            try kernel.delete(wire.parent.index, named: "p0")
            // The first question may find the socket of the old link.
            try expect(wire.ask("10.0.0.9").only(), equals: .notAsked("the parent is gone"))
        }
    }

    @Test("A link that goes down while a question waits ends it, and a later question is asked again")
    func interrupted() async throws {
        try await withNetworkNamespace { kernel in
            let wire = try LANWire(&kernel)
            var far = try wire.hearFar("10.0.0.9")
            let answers = try wire.ask("10.0.0.9", timeout: 60_000)
            _ = try LANWire.next(&far)
            try kernel.change(wire.parent.index, named: "p0", LinkChanges(isUp: false))
            try expect(answers.only(), equals: .notAsked("the parent is down or gone"))
            try kernel.setUp("p0")
            try wire.addToFar("10.0.0.2/24")
            let holder = try #require(wire.far.macAddress)
            try waitFor("a conflict", reading: { try wire.ask("10.0.0.2").only() }) {
                try $0 == conflict("10.0.0.2", at: holder)
            }
        }
    }

    @Test("Two hundred questions at once are answered, each with its own conflict", arguments: [false, true])
    func many(areHeld: Bool) async throws {
        try await withNetworkNamespace { kernel in
            let wire = try LANWire(&kernel)
            let texts = (1...100).flatMap { ["10.0.0.\($0)", "fd00::\(String($0, radix: 16))"] }
            if areHeld { for text in texts { try wire.addToFar(text + (text.contains(":") ? "/128" : "/32")) } }
            let timeout = areHeld ? 10_000 : 500
            let asked = try texts.map { (text: $0, answers: try wire.ask($0, timeout: timeout)) }
            let holder = try #require(wire.far.macAddress)
            for (text, answers) in asked {
                try expect(answers.only(), equals: areHeld ? conflict(text, at: holder) : .free, "\(text)")
            }
            let delays = asked.compactMap(\.answers.delay).map { areHeld ? $0 : $0 - Double(timeout) }
            #expect(delays.allSatisfy { $0 >= 0 })
            report(
                delays,
                areHeld ? "Of 200 conflicts, each is known" : "Of 200 free addresses, each is known after the timeout")
        }
    }

    /// Prints times in milliseconds.
    private func report(_ times: [Double], _ what: String) {
        print("\(what): median \(median(times).text) ms, worst \(quantile(1, of: times).text) ms")
    }

    @Test("A conflict is known within milliseconds")
    func latency() async throws {
        try await withNetworkNamespace { kernel in
            let wire = try LANWire(&kernel)
            try wire.addToFar("10.0.0.2/24")
            var times: [Double] = []
            for _ in 0..<100 {
                let answers = try wire.ask("10.0.0.2")
                _ = try answers.only()
                times.append(try #require(answers.delay))
            }
            report(times, "A conflict is known")
            #expect(median(times) < 100)
        }
    }

    @Test(
        "Conflicts are known soon, even for fifty questions at once while links are made and deleted", .needs(.macvlan))
    func contended() async throws {
        try await withNetworkNamespace { kernel in
            let wire = try LANWire(&kernel)
            try wire.addToFar("10.0.0.2/24")
            let (stop, home, parent) = (try StopEvent(), try OpenNetworkNamespace.current(), wire.parent)
            defer { stop.set() }
            let makers = try Threads(2) { number in
                try home.within {
                    var client = RouteClient<NetlinkSocket>()
                    while !stop.isSet {
                        let made = try client.make("mv\(number)", .macvlan(MacvlanLink(mode: .bridge)), on: parent)
                        try client.setUp("mv\(number)")
                        try client.delete(made.index, named: "mv\(number)")
                    }
                }
            }
            var times: [Double] = []
            for round in 0..<10 {
                let asked = try (0..<50).map { number in
                    let sender = MACAddress(bits: 0x0200_0000_0000 | UInt64(round * 50 + number))
                    return try wire.ask("10.0.0.2", "fd00::\(100 + number)", from: sender)
                }
                for answers in asked {
                    _ = try answers.only()
                    times.append(try #require(answers.delay))
                }
            }
            stop.set()
            try makers.join()
            report(times, "Of 50 conflicts while links change, each is known")
        }
    }

    @Test("Questions that wait when the client stops are not asked, and neither are later ones")
    func stopped() async throws {
        try await withNetworkNamespace { kernel in
            let wire = try LANWire(&kernel)
            var far = try wire.hearFar("10.0.0.9")
            let answers = try wire.ask("10.0.0.9", timeout: 60_000)
            _ = try LANWire.next(&far)
            wire.client.stop()
            expect(answers.all, equals: [.notAsked("swiftvlan is stopping")])
            try expect(wire.ask("10.0.0.9").all, equals: [.notAsked("swiftvlan is stopping")])
            try wire.client.start()
            try expect(wire.ask("10.0.0.9", timeout: 50).only(), equals: .free)
        }
    }

    @Test("The parent is in the multicast group of a question's address while it is open, and not after the end")
    func groups() async throws {
        try await withNetworkNamespace { kernel in
            let wire = try LANWire(&kernel)
            _ = try wire.ask("fd00::9", timeout: 60_000)
            for isJoined in [true, false] {
                if !isJoined { wire.client.stop() }
                try waitFor("the groups", reading: { try readTextFile("/proc/thread-self/net/dev_mcast") }) { text in
                    text.split(separator: "\n").contains { $0.contains(" p0 ") && $0.contains("3333ff000009") }
                        == isJoined
                }
            }
        }
    }

    @Test("Nothing is asked or announced without CAP_NET_RAW")
    func unprivileged() async throws {
        try await withNetworkNamespace { kernel in
            let wire = try LANWire(&kernel)
            wire.client.stop()
            guard set_thread_user(65534) == 0 else { throw CallError(call: "setresuid") }
            defer { _ = set_thread_user(0) }
            // The new thread inherits the lack of the capability.
            try wire.client.start()
            try expect(wire.ask("10.0.0.9").only(), equals: .notAsked("swiftvlan runs without CAP_NET_RAW"))
            wire.client.announce([Announcement(of: [try address("10.0.0.9")], at: mac(1), on: wire.parent.index)])
            try expect(wire.ask("10.0.0.9").only(), equals: .notAsked("swiftvlan runs without CAP_NET_RAW"))
        }
    }

    @Test("The client may be stopped by an answer, and pings are answered only while it runs")
    func life() async throws {
        try await withNetworkNamespace { kernel in
            let wire = try LANWire(&kernel)
            let pings = Answers()
            wire.client.ping { pings.add(.free) }
            try expect(pings.only(), equals: .free)
            let stopped = Answers()
            wire.client.ping { [client = wire.client] in
                client.stop()
                stopped.add(.free)
            }
            try expect(stopped.only(), equals: .free)
            wire.client.ping { pings.add(.free) }
            expect(pings.all.count, equals: 1)
        }
    }
}
