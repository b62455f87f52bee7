import CPacketSocket
import NetworkTypes
@testable import PacketSocket
import TestSupport
import Testing

@Suite("Memberships of a packet socket")
struct MembershipTests {
    @Test("A socket is a member of what its addresses need, which is two groups for IPv6")
    func needed() throws {
        let addresses = try ["10.0.0.9", "fd00::9", "fd00:1::9"].map { try #require(IPAddress($0)) }
        let link = try #require(InterfaceIndex(7))
        let all = Membership.all(for: addresses)
        let requests = all.map { membership in
            let request = membership.request(on: link)
            expect(request.mr_ifindex, equals: 7)
            expect(request.mr_alen, equals: 6)
            let octets = withUnsafeBytes(of: request.mr_address) { Array($0.prefix(6)) }
            return "\(request.mr_type) \(octets)"
        }
        // PACKET_MR_MULTICAST is 0 (linux/if_packet.h).
        let expected = ["0 [51, 51, 0, 0, 0, 1]", "0 [51, 51, 255, 0, 0, 9]"]
        expect(requests.sorted(), equals: expected)
        expect(Membership.all(for: [addresses[0]]), equals: [])
        let many = (0...Membership.groupLimit).map { IPAddress.v6(IPv6Address(bits: UInt128($0))) }
        expect(Membership.all(for: many), equals: [.allMulticast])
        expect(Membership.all(for: Array(many.dropLast())).count, equals: Membership.groupLimit + 1)
    }
}
