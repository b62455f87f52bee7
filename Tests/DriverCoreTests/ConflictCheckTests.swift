import DriverTestKit
import NetworkTypes
import TestSupport
import Testing

@testable import DriverCore

@Suite("Conflict checks")
struct ConflictCheckTests {
    static let other = AddressConflict("192.168.50.7", at: "02:00:00:00:00:aa")

    /// A network on `eth0` with an endpoint, and the questions about it.
    private static func asked(
        _ options: [String: String], isInternal: Bool = false, addresses: [IPPrefix] = ["192.168.50.7/24"]
    ) throws -> (fixture: DriverFixture, questions: [ConflictQuestion]) {
        var fixture = try DriverFixture()
        try fixture.createNetwork(
            .first, ["parent": "eth0"].merging(options) { $1 }, isInternal: isInternal)
        try fixture.createEndpoint(.web, addresses, mac: nil)
        let questions = fixture.driver.takeQuestions()
        return (fixture, questions)
    }

    @Test(
        "The LAN is asked from the parent's MAC address, about an endpoint with its own one, with macvlan",
        arguments: ["bridge", "private", "vepa"])
    func macvlan(_ mode: String) throws {
        let (fixture, questions) = try Self.asked(["mode": mode])
        let question = try #require(questions.first)
        #expect(questions.count == 1)
        #expect(question.macAddress == fixture.driver.registry.endpoints[.web]?.macAddress)
        #expect(try question.sender == fixture.link("eth0").macAddress)
        #expect(try question.link == fixture.link("eth0").index)
        #expect(question.addresses == ["192.168.50.7"])
        #expect(question.timeout == .seconds(1))
    }

    @Test("The LAN is asked from the parent's MAC address with ipvlan l2 and passthru", arguments: ["l2", "passthru"])
    func parentsAddress(_ mode: String) throws {
        let (fixture, questions) = try Self.asked(["mode": mode])
        let parent = try #require(fixture.link("eth0").macAddress)
        #expect(questions.map(\.macAddress) == [parent] && questions.map(\.sender) == [parent])
    }

    @Test(
        "The LAN is not asked at layer 3, with conflict=off, or without addresses",
        arguments: [
            (["mode": "l3"], ["192.168.50.7/24"]), (["mode": "l3s"], ["192.168.50.7/24"]),
            (["conflict": "off"], ["192.168.50.7/24"]), ([:], []),
        ] as [([String: String], [IPPrefix])])
    func notAsked(_ options: [String: String], _ addresses: [IPPrefix]) throws {
        #expect(try Self.asked(options, addresses: addresses).questions.isEmpty)
    }

    @Test("An isolated network asks nothing")
    func isolated() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork(.first, [:])
        try fixture.createEndpoint(.web, ["192.168.50.7/24"])
        #expect(fixture.driver.takeQuestions().isEmpty)
    }

    @Test("A repeated request asks nothing, and keeps the conflicts")
    func repeated() throws {
        var (fixture, questions) = try Self.asked([:])
        let refusal = try fixture.driver.note(.conflicts([Self.other]), to: #require(questions.first))
        #expect(refusal == nil)
        try fixture.createEndpoint(.web, ["192.168.50.7/24"])
        #expect(fixture.driver.takeQuestions().isEmpty)
        #expect(fixture.driver.registry.endpoints[.web]?.conflicts == [Self.other])
    }

    @Test("An endpoint whose parent was missing is asked about when it joins, once")
    func parentMissing() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork()
        fixture.host.remove("eth0")
        try fixture.createEndpoint(.web, ["192.168.50.7/24"])
        #expect(fixture.driver.takeQuestions().isEmpty)
        fixture.host.add("eth0")
        try fixture.join()
        #expect(try fixture.driver.takeQuestions().map(\.link) == [fixture.link("eth0").index])
        try fixture.join()
        #expect(fixture.driver.takeQuestions().isEmpty)
    }

    // MARK: Answers

    @Test("With conflict=warn, a conflict is reported and recorded, and the endpoint stays")
    func warn() throws {
        var (fixture, questions) = try Self.asked([:])
        _ = fixture.driver.takeNotices()
        let question = try #require(questions.first)
        #expect(!fixture.driver.mustAwaitAnswer(to: question))
        let refusal = fixture.driver.note(.conflicts([Self.other]), to: question)
        #expect(refusal == nil)
        let notice = try #require(fixture.driver.takeNotices().first)
        #expect(notice.severity == .problem)
        expect(
            notice.message,
            equals: """
                endpoint a0b1c2d3e4f5 has address 192.168.50.7, which the host with MAC address 02:00:00:00:00:aa on \
                the LAN has too; change that host, or start the container with another --ip or --ip6
                """)
        #expect(fixture.store.endpoints[.web]?.conflicts == [Self.other])
        #expect(fixture.driver.lanActivity == [.questions: 1, .conflicts: 1])
    }

    @Test("With conflict=refuse, a conflict refuses the endpoint and forgets it")
    func refuse() throws {
        var (fixture, questions) = try Self.asked(["conflict": "refuse", "conflict_timeout": "200"])
        let question = try #require(questions.first)
        #expect(fixture.driver.mustAwaitAnswer(to: question))
        #expect(question.timeout == .milliseconds(200))
        let refusal = fixture.driver.note(.conflicts([Self.other]), to: question)
        try expect(
            #require(refusal).message,
            equals: """
                address 192.168.50.7 is in use on the LAN by the host with MAC address 02:00:00:00:00:aa; choose \
                another with --ip or --ip6, or change that host
                """)
        #expect(fixture.store.endpoints.isEmpty)
    }

    @Test("An endpoint without a conflict, or that could not be asked about, is accepted")
    func accepted() throws {
        var (fixture, questions) = try Self.asked(["conflict": "refuse"])
        _ = fixture.driver.takeNotices()
        let question = try #require(questions.first)
        let refusals = [ConflictAnswer.free, .notAsked("the link is down")].map {
            fixture.driver.note($0, to: question)
        }
        #expect(refusals == [nil, nil])
        #expect(fixture.driver.takeNotices().map(\.severity) == [.information])
        #expect(fixture.counts.endpoints == 1)
        #expect(fixture.driver.lanActivity == [.questions: 1])
    }

    @Test("An answer about an endpoint that is gone changes nothing", arguments: ["warn", "refuse"])
    func gone(_ check: String) throws {
        var (fixture, questions) = try Self.asked(["conflict": check])
        try fixture.deleteEndpoint()
        _ = fixture.driver.takeNotices()
        let refusal = try fixture.driver.note(.conflicts([Self.other]), to: #require(questions.first))
        #expect(refusal == nil)
        #expect(fixture.driver.takeNotices().isEmpty)
        #expect(fixture.store.endpoints.isEmpty)
    }

    @Test("An endpoint that nobody waits for any longer is forgotten")
    func givenUp() throws {
        var (fixture, questions) = try Self.asked(["conflict": "refuse"])
        let error = try fixture.driver.giveUp(#require(questions.first))
        #expect(error.message.hasSuffix("start the container again"))
        #expect(fixture.store.endpoints.isEmpty)
    }

    // MARK: Endpoints on the same parent

    /// Two networks on `eth0`, and an endpoint of the first.
    private static func siblings(_ check: String) throws -> DriverFixture {
        var fixture = try DriverFixture()
        try fixture.createNetwork()
        try fixture.createNetwork(.second, ["parent": "eth0", "conflict": check])
        try fixture.createEndpoint(.web, ["192.168.50.7/24"], mac: "02:00:00:00:00:01")
        _ = fixture.driver.takeNotices()
        return fixture
    }

    @Test("With conflict=refuse, the address of another network's endpoint on the parent is refused")
    func siblingRefused() throws {
        let fixture = try Self.siblings("refuse")
        try expect(
            fixture.refusal { fixture throws(DriverError) in
                try fixture.createEndpoint(.mail, in: .second, ["192.168.50.7/24"])
            },
            equals: """
                address 192.168.50.7 is that of endpoint a0b1c2d3e4f5 on the same parent, with MAC address \
                02:00:00:00:00:01; choose another with --ip or --ip6, or stop that container
                """)
        #expect(fixture.counts.endpoints == 1)
    }

    @Test("With conflict=warn, the address of another network's endpoint is reported and recorded")
    func siblingReported() throws {
        var fixture = try Self.siblings("warn")
        try fixture.createEndpoint(.mail, in: .second, ["192.168.50.7/24"])
        let notices = fixture.driver.takeNotices().filter { $0.subject == .endpoint(.mail) }
        #expect(notices.count == 1)
        #expect(notices.first?.message.contains("02:00:00:00:00:01") == true)
        #expect(
            fixture.store.endpoints[.mail]?.conflicts == [AddressConflict("192.168.50.7", at: "02:00:00:00:00:01")])
    }

    @Test("With conflict=off, endpoints of a parent may have the same address")
    func siblingIgnored() throws {
        var fixture = try Self.siblings("off")
        try fixture.createEndpoint(.mail, in: .second, ["192.168.50.7/24"])
        #expect(fixture.driver.takeNotices().isEmpty)
    }

    @Test("Endpoints on different parents may have the same address")
    func otherParent() throws {
        var fixture = try DriverFixture()
        try fixture.createNetwork()
        try fixture.createNetwork(.second, ["parent": "eth0.50", "conflict": "refuse"])
        try fixture.createEndpoint(.web, ["192.168.50.7/24"])
        try fixture.createEndpoint(.mail, in: .second, ["192.168.50.7/24"])
        #expect(fixture.counts.endpoints == 2)
    }
}
