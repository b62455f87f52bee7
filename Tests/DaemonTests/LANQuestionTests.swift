import DriverTestKit
import KernelHostNetwork
import Logging
import Metrics
import NetworkTypes
import RemoteDriver
import Synchronization
import Testing

@testable import DriverCore
@testable import swiftvlan

/// A LAN that answers when the test says so.
private final class FakeLAN: LANAccess {
    typealias Answer = @Sendable (ConflictAnswer) -> Void

    private let open = Mutex<[(question: ConflictQuestion, answer: Answer)]>([])
    private let sent = Mutex<[Announcement]>([])
    private let arrivals: (stream: AsyncStream<Void>, continuation: AsyncStream<Void>.Continuation)

    init() { arrivals = AsyncStream.makeStream() }

    var announcements: [Announcement] { sent.withLock { $0 } }
    var questions: Int { open.withLock { $0.count } }

    func ask(_ question: ConflictQuestion, _ answer: @escaping Answer) {
        open.withLock { $0.append((question, answer)) }
        arrivals.continuation.yield()
    }

    func withdraw(_ announcements: [Announcement]) { sent.withLock { $0.removeAll(where: announcements.contains) } }

    func announce(_ announcements: [Announcement]) { sent.withLock { $0 += announcements } }

    /// Waits for a number of further questions.
    func arrival(of count: Int = 1) async {
        var iterator = arrivals.stream.makeAsyncIterator()
        for _ in 0..<count { await iterator.next() }
    }

    func answerAll(_ answer: ConflictAnswer) {
        let all = open.withLock { open in
            defer { open = [] }
            return open
        }
        for item in all { item.answer(answer) }
    }
}

@Suite("The daemon's questions to the LAN", .timeLimit(.minutes(1)))
struct LANQuestionTests {
    private static let conflict = ConflictAnswer.conflicts([AddressConflict("192.168.50.7", at: "02:00:00:00:00:aa")])

    private static func driver(_ lan: FakeLAN, _ lines: LogLines) throws -> DriverActor {
        try DriverActor(
            host: FakeHost.usual(), store: MemoryStore(), reaper: LinkReaper(logger: lines.logger),
            limits: RetryLimits(parentWait: 0, orphanAge: 30), systemStart: SystemStart(time: .zero), lan: lan,
            logger: lines.logger)
    }

    private static func call(_ method: String, _ body: String) throws -> DriverCall {
        guard case .driver(let call) = CallTable.decode(path: "/NetworkDriver.\(method)", body: Array(body.utf8)) else {
            throw DecodingProblem()
        }
        return call
    }

    private struct DecodingProblem: Error {}

    private static func createNetwork(_ check: String) throws -> DriverCall {
        try call(
            "CreateNetwork",
            """
            {"NetworkID":"\(NetworkID.first)","Options":{"com.docker.network.generic":\
            {"parent":"eth0","conflict":"\(check)"}},"IPv4Data":[{"Pool":"192.168.50.0/24"}],"IPv6Data":[]}
            """)
    }

    private static func createEndpoint(_ id: EndpointID = .web, _ address: String = "192.168.50.7") throws -> DriverCall
    {
        try call(
            "CreateEndpoint",
            """
            {"NetworkID":"\(NetworkID.first)","EndpointID":"\(id)","Options":{},\
            "Interface":{"Address":"\(address)/24","AddressIPv6":"","MacAddress":""}}
            """)
    }

    private static func text(_ result: CallResult, _ lines: LogLines) -> String {
        String(decoding: result.answer(logger: lines.logger).body, as: UTF8.self)
    }

    @Test("With conflict=warn, a call is answered before the LAN is, and the conflict is logged afterwards")
    func warn() async throws {
        let (lan, lines) = (FakeLAN(), LogLines())
        let driver = try Self.driver(lan, lines)
        _ = await driver.carryOut(try Self.createNetwork("warn"))
        let answer = Self.text(await driver.carryOut(try Self.createEndpoint()), lines)
        #expect(answer.contains("MacAddress"))
        #expect(lan.questions == 1)
        lan.answerAll(Self.conflict)
        let activity = try driver.perform { $0.driver.lanActivity }
        #expect(activity == [.questions: 1, .conflicts: 1])
        #expect(lines.texts(.warning).contains { $0.contains("02:00:00:00:00:aa") })
        try driver.finish()
    }

    @Test("With conflict=refuse, a call waits for the LAN while others proceed, and a conflict refuses it")
    func refuse() async throws {
        let (lan, lines) = (FakeLAN(), LogLines())
        let driver = try Self.driver(lan, lines)
        _ = await driver.carryOut(try Self.createNetwork("refuse"))
        let create = try Self.createEndpoint()
        async let waiting = driver.carryOut(create)
        await lan.arrival()
        let other = Self.text(await driver.carryOut(try Self.createNetwork("refuse")), lines)
        #expect(other == "{}")
        lan.answerAll(Self.conflict)
        let answer = Self.text(await waiting, lines)
        #expect(answer.contains("192.168.50.7") && answer.contains("02:00:00:00:00:aa"))
        let status = try driver.perform { $0.driver.lanActivity }
        #expect(status == [.questions: 1, .conflicts: 1])
        #expect(driver.metrics.waits[.lan] == 1)
        try driver.finish()
    }

    @Test("A hundred calls wait at once, and all are accepted when nobody has their addresses")
    func many() async throws {
        let (lan, lines) = (FakeLAN(), LogLines())
        let driver = try Self.driver(lan, lines)
        _ = await driver.carryOut(try Self.createNetwork("refuse"))
        let calls = try (100..<200).map { number in
            try Self.createEndpoint(EndpointID(unchecked: "e\(number)"), "192.168.50.\(number)")
        }
        await withTaskGroup(of: CallResult.self) { group in
            for call in calls { group.addTask { await driver.carryOut(call) } }
            await lan.arrival(of: calls.count)
            lan.answerAll(.free)
            for await result in group { #expect(Self.text(result, lines).contains("MacAddress")) }
        }
        try driver.finish()
    }

    @Test("A daemon that stops refuses the calls that wait for the LAN at once")
    func stop() async throws {
        let (lan, lines) = (FakeLAN(), LogLines())
        let driver = try Self.driver(lan, lines)
        _ = await driver.carryOut(try Self.createNetwork("refuse"))
        let create = try Self.createEndpoint()
        async let waiting = driver.carryOut(create)
        await lan.arrival()
        try driver.stopWaiting()
        #expect(Self.text(await waiting, lines).contains("start the container again"))
        lan.answerAll(Self.conflict)
        try driver.finish()
    }

    private static func join() throws -> DriverCall {
        try call(
            "Join", #"{"NetworkID":"\#(NetworkID.first)","EndpointID":"\#(EndpointID.web)","SandboxKey":"/s"}"#)
    }

    @Test("A Join whose address another host has announces nothing")
    func refusedJoin() async throws {
        let (lan, lines) = (FakeLAN(), LogLines())
        let driver = try Self.driver(lan, lines)
        _ = await driver.carryOut(try Self.createNetwork("refuse"))
        _ = try driver.perform { ($0.driver.reader as? FakeHost)?.remove("eth0") }
        _ = await driver.carryOut(try Self.createEndpoint())
        _ = try driver.perform { ($0.driver.reader as? FakeHost)?.add("eth0") }
        let join = try Self.join()
        async let waiting = driver.carryOut(join)
        await lan.arrival()
        #expect(lan.announcements.isEmpty)
        lan.answerAll(Self.conflict)
        #expect(Self.text(await waiting, lines).contains("02:00:00:00:00:aa"))
        #expect(lan.announcements.isEmpty)
        try driver.finish()
    }

    @Test("What an attempt of a call withdrew is not lost when the call is repeated")
    func repeated() throws {
        var driver = try Driver(host: FakeHost.usual(), store: MemoryStore())
        _ = try Self.createNetwork("refuse").carryOut(&driver)
        _ = try Self.createEndpoint().carryOut(&driver)
        let announced = try Self.join().carryOut(&driver).announcements
        #expect(announced.count == 1)
        try driver.createNetwork(
            NetworkRequest(id: .second, options: ["parent": "eth0", "conflict": "off"], pools: .lan))
        _ = try driver.createEndpoint(
            EndpointRequest(id: .mail, networkID: .second, addresses: ["192.168.50.7/24"]))
        let call = try Self.createEndpoint(EndpointID(unchecked: "e1"))
        let first = call.carryOut(&driver)
        #expect(first.retry == .heldByDyingLink)
        var second = call.carryOut(&driver)
        #expect(second.withdrawals.isEmpty)
        second.follow(first)
        #expect(second.withdrawals == announced)
    }

    @Test("The announcements of a call and of an event reach the LAN")
    func announcements() async throws {
        let (lan, lines) = (FakeLAN(), LogLines())
        let driver = try Self.driver(lan, lines)
        _ = await driver.carryOut(try Self.createNetwork("off"))
        _ = await driver.carryOut(try Self.createEndpoint())
        let ids = #"{"NetworkID":"\#(NetworkID.first)","EndpointID":"\#(EndpointID.web)","SandboxKey":"/s"}"#
        _ = await driver.carryOut(try Self.call("Join", ids))
        let first = try #require(lan.announcements.first)
        driver.parentChanged(ParentEvent(.carrierReturned, of: first.link))
        // The event is carried out before this.
        _ = try driver.perform { $0.driver.lanActivity }
        #expect(lan.announcements == [first, first])
        try driver.finish()
    }
}
