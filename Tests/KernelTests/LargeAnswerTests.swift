import CMNL
import KernelTestKit
import Netlink
import NetworkTypes
import RouteNetlink
import Synchronization
import SystemCalls
import TestSupport
import Testing

@Suite("Large answers from the kernel", .needsNetworkNamespaces, .needs(.veth))
struct LargeAnswerTests {
    @Test("A list of several hundred links is complete", .timeLimit(.minutes(20)))
    func manyLinks() async throws {
        try await withNetworkNamespace { client in
            for number in 0..<160 { _ = try client.makePair("near\(number)", "far\(number)") }
            let names = Set(try client.links().map(\.name))
            let expected = Set((0..<160).flatMap { ["near\($0)", "far\($0)"] } + ["lo"])
            #expect(names == expected)
            #expect(expected.count > 300)
        }
    }

    @Test("A list is complete while links are created and deleted", .timeLimit(.minutes(20)))
    func changingLinks() async throws {
        try await withNetworkNamespace { client in
            for number in 0..<60 { _ = try client.makePair("near\(number)", "far\(number)") }
            let stay = Set(try client.links().map(\.name))
            try whileRepeating({
                var client = RouteClient()
                let guest = try client.makePair("guest", "guests")
                try client.delete(guest.index, named: "guest")
            }) {
                for round in 0..<200 {
                    let names = try client.links().map(\.name)
                    let missing = stay.subtracting(names)
                    #expect(missing.isEmpty, "round \(round)")
                    #expect(Set(names).count == names.count, "round \(round): \(names)")
                }
            }
            #expect(Set(try client.links().map(\.name)) == stay)
        }
    }

    @Test("A single answer that exceeds the socket's first buffer is complete")
    func largeMessage() async throws {
        try await withNetworkNamespace { client in
            var wire = try client.makePair("p0", "p1")
            var connection = NetlinkConnection { () throws(SystemError) in try NetlinkSocket.open() }
            for first in stride(from: 0, to: 120, by: 20) {
                try connection.execute(try alternativeNames(first..<first + 20, for: wire.index))
            }
            var socket = try NetlinkSocket.open()
            let request = try MessageBuilder(RTM_GETLINK, flags: 0, header(of: wire.index))
            try socket.send(request.message(sequence: 1))
            let answer = try socket.receive()
            #expect(answer.count > 8192)
            var messages = MessageCursor(answer.span.bytes)
            guard let message = try messages.next() else {
                Issue.record("the answer is empty")
                return
            }
            wire.alternativeNames = (0..<120).map(alternativeName)
            try expect(LinkMessage(decoding: message), equals: wire)
        }
    }

    /// Returns a request that adds alternative names of 100 characters each, which make the description of a link long.
    private func alternativeNames(_ range: Range<Int>, for link: InterfaceIndex) throws -> MessageBuilder {
        var request = try MessageBuilder(
            RTM_NEWLINKPROP, flags: NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND, header(of: link))
        try request.nest(AttributeKey<Nest>(IFLA_PROP_LIST)) { (list) throws(EncodingError) in
            for number in range {
                try list.put(AttributeKey<String>(IFLA_ALT_IFNAME), alternativeName(number))
            }
        }
        return request
    }

    private func alternativeName(_ number: Int) -> String {
        "alt\(String(repeating: "x", count: 97 - String(number).count))\(number)"
    }

    private func header(of link: InterfaceIndex) -> ifinfomsg {
        ifinfomsg(ifi_family: 0, __ifi_pad: 0, ifi_type: 0, ifi_index: link.number, ifi_flags: 0, ifi_change: 0)
    }
}
