import ControlAPI
import KernelTestKit
import Netlink
import NetlinkTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import Doctor

/// A veth pair from `p0` in the calling thread's namespace to a router's `p1` in another one.
private struct RouterWire {
    let router: OtherNetworkNamespace
    let far: LinkMessage

    init(_ client: inout RouteClient<NetlinkSocket>) throws {
        router = try OtherNetworkNamespace()
        _ = try client.makePair("p0", "p1")
        try client.alter(client.existing("p1"), namespace: router.descriptor)
        try client.setUp("p0")
        try router.client.setUp("p1")
        far = try router.client.existing("p1")
        try router.client.add(
            AddressMessage(link: far.index, prefix: prefix("10.0.0.1/24"), flags: .noDuplicateDetection), linkName: "p1"
        )
    }

    /// Asks until a host answers: the kernel notices the carrier late (net/core/link_watch.c).
    func answer(to question: LANQuestion) throws -> LANAnswer? {
        try waitFor("an answer") {
            // A probe of its own for each attempt, because it remembers answers.
            try #require(KernelGatewayProbe()).ask([question], within: .milliseconds(300))[question]
        } until: { answer in
            if case .answered = answer { true } else { false }
        }
    }
}

@Suite("Questions to a LAN", .needsNetworkNamespaces, .needs(.veth), .timeLimit(.minutes(5)))
struct GatewayProbeTests {
    @Test("A router answers the host's MAC address, and that of a container")
    func answered() async throws {
        try await withNetworkNamespace { client in
            let wire = try RouterWire(&client)
            let mac = try #require(wire.far.macAddress).description
            for sender in [nil, containersMAC] {
                let question = LANQuestion(link: "p0", address: "10.0.0.1", sender: sender)
                #expect(try wire.answer(to: question) == .answered(mac))
            }
        }
    }

    @Test("An address without a host is silent, while another one is answered")
    func silent() async throws {
        try await withNetworkNamespace { client in
            let wire = try RouterWire(&client)
            let known = LANQuestion(link: "p0", address: "10.0.0.1")
            _ = try wire.answer(to: known)
            let unknown = LANQuestion(link: "p0", address: "10.0.0.9")
            let probe = try #require(KernelGatewayProbe())
            let answers = probe.ask([known, unknown], within: .milliseconds(300))
            #expect(answers[unknown] == .silent)
            #expect(answers[known] != .silent)
        }
    }

    @Test("A router behind a switch that drops other MAC addresses answers only the host", .needsIngressFilters)
    func portSecurity() async throws {
        try await withNetworkNamespace { client in
            let wire = try RouterWire(&client)
            let container = LANQuestion(link: "p0", address: "10.0.0.1", sender: containersMAC)
            _ = try wire.answer(to: container)
            // Drops the frames from a locally administered address of Docker: 02:42 in bytes 6 and 7 (TC_ACT_SHOT).
            let program = [
                FilterInstruction(code: 0x28, operand: 6),
                FilterInstruction(code: 0x15, jumpIfTrue: 0, jumpIfFalse: 1, operand: 0x0242),
                FilterInstruction(code: 6, operand: 2), FilterInstruction(code: 6, operand: 0),
            ]
            try wire.router.client.addFilterDiscipline(to: wire.far.index, named: "p1")
            try wire.router.client.put(IngressFilter(link: wire.far.index, program: program), linkName: "p1")
            let host = LANQuestion(link: "p0", address: "10.0.0.1")
            _ = try wire.answer(to: host)
            let answers = try #require(KernelGatewayProbe()).ask([host, container], within: .milliseconds(300))
            #expect(answers[container] == .silent)
            #expect(answers[host] != .silent)
        }
    }

    @Test("Each of a hundred links is asked, also those of other threads")
    func manyLinks() async throws {
        try await withNetworkNamespace { client in
            let wire = try RouterWire(&client)
            // Sorted by link, so in the first part, which another thread asks.
            let known = LANQuestion(link: "p0", address: "10.0.0.1")
            _ = try wire.answer(to: known)
            let missing = (0..<100).map { LANQuestion(link: "p0x\($0)", address: "10.0.0.1") }
            let answers = try #require(KernelGatewayProbe()).ask([known] + missing, within: .milliseconds(300))
            let mac = try #require(wire.far.macAddress).description
            // The kernel of a busy machine may answer late.
            #expect([.silent, .answered(mac)].contains(answers[known]))
            for question in missing {
                #expect(answers[question] == .notAsked("there is no link \(question.link)"))
            }
        }
    }

    @Test("A link that is down, or missing, is not asked")
    func notAsked() async throws {
        try await withNetworkNamespace { client in
            _ = try client.makePair("p0", "p1")
            let probe = try #require(KernelGatewayProbe())
            let down = LANQuestion(link: "p0", address: "10.0.0.1")
            let missing = LANQuestion(link: "p9", address: "10.0.0.1")
            let malformed = LANQuestion(link: "p0", address: "fd00::1")
            let answers = probe.ask([down, missing, malformed], within: .seconds(60))
            #expect(answers[down] == .notAsked("p0 is down or has no carrier"))
            #expect(answers[missing] == .notAsked("there is no link p9"))
            #expect(answers[malformed] == .notAsked("fd00::1 is not an IPv4 address"))
        }
    }

    @Test("An answer is remembered for the checks that ask again")
    func remembered() async throws {
        try await withNetworkNamespace { client in
            let probe = try #require(KernelGatewayProbe())
            let question = LANQuestion(link: "p0", address: "10.0.0.1")
            #expect(probe.ask([question], within: .seconds(60))[question] == .notAsked("there is no link p0"))
            _ = try RouterWire(&client)
            #expect(probe.ask([question], within: .seconds(60))[question] == .notAsked("there is no link p0"))
        }
    }
}

@Suite("swiftvlan's routes", .needsNetworkNamespaces, .timeLimit(.minutes(5)))
struct OwnRouteTests {
    @Test("Only the routes with swiftvlan's protocol number are read")
    func routes() async throws {
        try await withNetworkNamespace { client in
            let link = try client.existing("lo")
            try client.setUp("lo")
            for (text, number) in [("10.1.0.0/24", UInt8(118)), ("10.2.0.0/24", 4), ("fd01::/64", 118)] {
                try client.add(
                    RouteMessage(
                        to: prefix(text), link: link.index, protocol: RouteProtocol(rawValue: number)))
            }
            let routes = try HostRouteDocument.ownFromKernel(HostLinks.fromKernel())
            #expect(routes.map(\.destination).sorted() == ["10.1.0.0/24", "fd01::/64"])
            #expect(routes.allSatisfy { $0.link == "lo" })
        }
    }
}
