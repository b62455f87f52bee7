import NetworkTypes
import PacketSocket
import TestSupport
import Testing

@Suite("Captured frames")
struct FrameVectorTests {
    static let expected: [(name: String, frame: @Sendable () throws -> EthernetFrame)] = [
        ("arp-probe", { arp(to: .broadcast, from: 1, .request, unspecified, .broadcast, ipv4(2)) }),
        ("arp-probe-answer", { arp(to: mac(1), from: 2, .reply, ipv4(2), mac(1), unspecified) }),
        ("arp-request", { arp(to: .broadcast, from: 1, .request, ipv4(1), .broadcast, ipv4(2)) }),
        ("arp-reply", { arp(to: mac(1), from: 2, .reply, ipv4(2), mac(1), ipv4(1)) }),
        ("arp-announcement-request", { arp(to: .broadcast, from: 1, .request, ipv4(1), .broadcast, ipv4(1)) }),
        ("arp-announcement-reply", { arp(to: .broadcast, from: 1, .reply, ipv4(1), mac(1), ipv4(1)) }),
        (
            "arp-kernel-announcement",
            { arp(to: .broadcast, from: 1, .request, ipv4(1), MACAddress(bits: 0), ipv4(1)) }
        ),
        ("neighbor-probe", { try solicitation("33:33:ff:05:00:06", "::", "ff02::1:ff05:6", "fd00::4:5:6") }),
        (
            "neighbor-probe-nonce",
            {
                try solicitation(
                    "33:33:ff:02:00:03", "::", "ff02::1:ff02:3", "fd00::1:2:3", nonce: Nonce(bits: 0xE185_C9EE_AAFD))
            }
        ),
        (
            "neighbor-solicitation",
            { try solicitation("33:33:ff:00:00:02", "fd00::1", "ff02::1:ff00:2", "fd00::2", source: mac(1)) }
        ),
        ("neighbor-probe-answer", { try advertisement("33:33:00:00:00:01", 2, "fd00::2", "ff02::1", .override) }),
        (
            "neighbor-advertisement",
            { try advertisement("02:42:ac:11:00:01", 2, "fd00::2", "fd00::1", [.solicited, .override]) }
        ),
        ("neighbor-announcement", { try advertisement("33:33:00:00:00:01", 3, "fd00::1", "ff02::1", .override) }),
        (
            "neighbor-announcement-router",
            { try advertisement("33:33:00:00:00:01", 1, "fd00::1", "ff02::1", [.router, .override]) }
        ),
    ]

    @Test("A captured frame is decoded field by field, and encoded to the same bytes", arguments: expected.map(\.name))
    func meaning(name: String) throws {
        let vector = try FrameVector(name)
        let expected = try #require(Self.expected.first { $0.name == name }).frame()
        try expect(EthernetFrame(decoding: vector.bytes), equals: expected)
        expect(expected.bytes, equals: vector.bytes)
    }

    @Test("Every captured frame is compared")
    func complete() throws { try expect(FrameVector.names(), equals: Self.expected.map(\.name).sorted()) }

    @Test("Probes, announcements and replies have the bytes of the kernel's")
    func made() throws {
        let nonce = Nonce(bits: 0xE185_C9EE_AAFD)
        let made: [(name: String, frame: EthernetFrame)] = [
            ("neighbor-probe", .probe(for: .v6(try ipv6("fd00::4:5:6")), from: mac(1))),
            ("neighbor-probe-nonce", .probe(for: .v6(try ipv6("fd00::1:2:3")), from: mac(1), nonce: nonce)),
            ("neighbor-announcement", .announcement(of: .v6(try ipv6("fd00::1")), from: mac(3))),
            (
                "neighbor-announcement-router",
                .announcement(of: .v6(try ipv6("fd00::1")), from: mac(1), isRouter: true)
            ),
            ("arp-kernel-announcement", .announcement(of: .v4(ipv4(1)), from: mac(1))),
            (
                "arp-reply",
                EthernetFrame(
                    to: mac(1), from: mac(2), .arp(.reply(that: ipv4(2), isAt: mac(2), to: mac(1), ipv4(1))))
            ),
        ]
        for (name, frame) in made {
            let bytes = try FrameVector(name).bytes
            expect(frame.bytes, equals: bytes, "\(name)")
        }
    }

    @Test("An ARP probe differs from that of arping only in the target MAC address, which RFC 5227 wants to be zero")
    func arpProbe() throws {
        var bytes = try FrameVector("arp-probe").bytes
        bytes.replaceSubrange(32..<38, with: Array(repeating: 0, count: 6))
        expect(EthernetFrame.probe(for: .v4(ipv4(2)), from: mac(1)).bytes, equals: bytes)
    }

    @Test("Padding after a frame is ignored", arguments: expected.map(\.name))
    func padding(name: String) throws {
        let bytes = try FrameVector(name).bytes
        try expect(
            EthernetFrame(decoding: bytes + Array(repeating: 0xAA, count: 18)),
            equals: try EthernetFrame(decoding: bytes))
    }

    private static let unspecified = IPv4Address(bits: 0)

    private static func arp(
        to destination: MACAddress, from sender: UInt8, _ operation: ARPPacket.Operation, _ senderIP: IPv4Address,
        _ targetMAC: MACAddress, _ targetIP: IPv4Address
    ) -> EthernetFrame {
        let packet = ARPPacket(
            operation, senderMAC: mac(sender), senderIP: senderIP, targetMAC: targetMAC, targetIP: targetIP)
        return EthernetFrame(to: destination, from: mac(sender), .arp(packet))
    }

    private static func solicitation(
        _ destination: String, _ source: String, _ group: String, _ target: String, source sourceMAC: MACAddress? = nil,
        nonce: Nonce? = nil
    ) throws -> EthernetFrame {
        let message = NeighborSolicitation(for: try ipv6(target), sourceMAC: sourceMAC, nonce: nonce)
        let packet = NeighborPacket(from: try ipv6(source), to: try ipv6(group), .solicitation(message))
        return EthernetFrame(to: try #require(MACAddress(destination)), from: mac(1), .neighbor(packet))
    }

    private static func advertisement(
        _ destination: String, _ sender: UInt8, _ target: String, _ receiver: String,
        _ flags: NeighborAdvertisement.Flags
    ) throws -> EthernetFrame {
        let message = NeighborAdvertisement(of: try ipv6(target), at: mac(sender), flags: flags)
        let packet = NeighborPacket(from: try ipv6(target), to: try ipv6(receiver), .advertisement(message))
        return EthernetFrame(to: try #require(MACAddress(destination)), from: mac(sender), .neighbor(packet))
    }
}
