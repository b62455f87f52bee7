import DriverCore
import KernelTestKit
import Netlink
import NetlinkTestKit
import NetworkTypes
import PacketSocket
import RouteNetlink
import TestSupport
import Testing

@testable import KernelLAN

/// What the client puts on the wire, with all fields as the RFCs want them.
@Suite("Frames of LANClient", .needsNetworkNamespaces, .needs(.veth), .timeLimit(.minutes(20)))
struct LANFrameTests {
    /// Ethernet: destination, source 02:42:ac:11:00:01, EtherType.
    private static let source: [UInt8] = [0x02, 0x42, 0xAC, 0x11, 0x00, 0x01]

    @Test("An ARP probe has the fields of RFC 5227 §2.1.1, and is sent three times")
    func arpProbe() async throws {
        let expected: [UInt8] =
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF] + Self.source + [0x08, 0x06]
            // Hardware type 1, protocol type IPv4, lengths, operation: request.
            + [0x00, 0x01, 0x08, 0x00, 6, 4, 0x00, 0x01]
            // The sender's address and the target's hardware address are zero.
            + Self.source + [0, 0, 0, 0] + [0, 0, 0, 0, 0, 0] + [10, 0, 0, 9]
        try await withNetworkNamespace { kernel in
            let wire = try LANWire(&kernel)
            var far = try wire.hearFar("10.0.0.9")
            let answers = try wire.ask("10.0.0.9", timeout: 90)
            for _ in 0..<3 { try expect(LANWire.next(&far), equals: expected) }
            try expect(answers.only(), equals: .free)
            try expect(far.receive(), equals: nil)
        }
    }

    @Test("A neighbor solicitation has the fields of RFC 4862 §5.4.2 and a nonce of RFC 3971 §5.3.2")
    func neighborProbe() async throws {
        try await withNetworkNamespace { kernel in
            let wire = try LANWire(&kernel)
            var far = try wire.hearFar("fd00::9")
            _ = try wire.ask("fd00::9", timeout: 90)
            let bytes = try LANWire.next(&far)
            let expected: [UInt8] =
                [0x33, 0x33, 0xFF, 0x00, 0x00, 0x09] + Self.source + [0x86, 0xDD]
                // Version 6, length 32, next header ICMPv6, hop limit 255, unspecified source, solicited-node group.
                + [0x60, 0, 0, 0, 0, 32, 58, 255] + Array(repeating: 0, count: 16)
                + [0xFF, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xFF, 0, 0, 9]
                // Type 135, code 0; then the checksum, which the decoder checks.
                + [135, 0]
            expect(Array(bytes[..<56]), equals: expected)
            // Reserved, the target, and one option: a nonce of 8 bytes. RFC 4861 §4.3 forbids a source address option.
            let rest: [UInt8] = [0, 0, 0, 0] + [0xFD, 0] + Array(repeating: 0, count: 13) + [9, 14, 1]
            expect(Array(bytes[58..<80]), equals: rest)
            expect(bytes.count, equals: 86)
            #expect(throws: Never.self) { try EthernetFrame(decoding: bytes) }
        }
    }

    @Test("An ARP announcement has the fields of RFC 5227 §2.3, and is sent three times, one second apart")
    func arpAnnouncement() async throws {
        let expected: [UInt8] =
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF] + Self.source + [0x08, 0x06]
            + [0x00, 0x01, 0x08, 0x00, 6, 4, 0x00, 0x01]
            // Both addresses are the announced one.
            + Self.source + [10, 0, 0, 9] + [0, 0, 0, 0, 0, 0] + [10, 0, 0, 9]
        try await withNetworkNamespace { kernel in
            let wire = try LANWire(&kernel)
            var far = try wire.hearFar("10.0.0.9")
            let announcement = Announcement(of: [try address("10.0.0.9")], at: mac(1), on: wire.parent.index)
            let start = ContinuousClock.now
            for _ in 0..<10 { wire.client.announce([announcement]) }
            for round in 0..<3 {
                try expect(LANWire.next(&far), equals: expected)
                #expect(start.duration(to: .now) >= .seconds(round))
            }
            try expect(far.receive(), equals: nil)
        }
    }

    @Test("A withdrawn announcement is not sent again")
    func withdrawn() async throws {
        try await withNetworkNamespace { kernel in
            let wire = try LANWire(&kernel)
            var far = try wire.hearFar("10.0.0.9", "10.0.0.8")
            let announcements = try ["10.0.0.9", "10.0.0.8"].map {
                Announcement(of: [try address($0)], at: mac(1), on: wire.parent.index)
            }
            wire.client.announce(announcements)
            var targets: [UInt8?] = [try LANWire.next(&far).last, try LANWire.next(&far).last]
            wire.client.withdraw([announcements[0]])
            for _ in 0..<2 { targets.append(try LANWire.next(&far).last) }
            expect(targets, equals: [9, 8, 8, 8])
        }
    }

    @Test("A neighbor advertisement has the fields of RFC 4861 §4.4 and §7.2.6")
    func neighborAnnouncement() async throws {
        try await withNetworkNamespace { kernel in
            let wire = try LANWire(&kernel)
            var far = try wire.hearFar("fd00::9")
            wire.client.announce([Announcement(of: [try address("fd00::9")], at: mac(1), on: wire.parent.index)])
            let bytes = try LANWire.next(&far)
            let own: [UInt8] = [0xFD, 0] + Array(repeating: 0, count: 13) + [9]
            let expected: [UInt8] =
                [0x33, 0x33, 0, 0, 0, 1] + Self.source + [0x86, 0xDD] + [0x60, 0, 0, 0, 0, 32, 58, 255] + own
                + [0xFF, 0x02] + Array(repeating: 0, count: 13) + [1] + [136, 0]
            expect(Array(bytes[..<56]), equals: expected)
            // Flags: override, neither router nor solicited. One option: the target's MAC address.
            expect(Array(bytes[58...]), equals: [0x20, 0, 0, 0] + own + [2, 1] + Self.source)
            #expect(throws: Never.self) { try EthernetFrame(decoding: bytes) }
        }
    }
}
