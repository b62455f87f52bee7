import NetworkTypes
@testable import PacketSocket
import TestSupport
import Testing

@Suite("Refused frames")
struct FrameRefusalTests {
    /// A vector, the bytes that replace others from a position on, and the reason for the refusal.
    static let cases: [(vector: String, at: Int, bytes: [UInt8], error: FrameError, text: String)] = [
        ("arp-reply", 12, [0x08, 0], .unsupported(.etherType, 0x0800), "unsupported EtherType 0x800"),
        ("arp-reply", 12, [0x81, 0], .unsupported(.etherType, 0x8100), "unsupported EtherType 0x8100"),
        ("arp-reply", 14, [0, 6], .unsupported(.hardwareType, 6), "unsupported ARP hardware type 0x6"),
        ("arp-reply", 16, [0x86, 0xDD], .unsupported(.protocolType, 0x86DD), "unsupported ARP protocol type 0x86dd"),
        ("arp-reply", 18, [8], .unsupported(.addressLengths, 0x804), "unsupported pair of ARP address lengths 0x804"),
        ("arp-reply", 19, [16], .unsupported(.addressLengths, 0x610), "unsupported pair of ARP address lengths 0x610"),
        ("arp-reply", 20, [0, 8], .unsupported(.operation, 8), "unsupported ARP operation 0x8"),
        ("neighbor-advertisement", 14, [0x45], .unsupported(.version, 4), "unsupported IP version 0x4"),
        ("neighbor-advertisement", 20, [0], .unsupported(.nextHeader, 0), "unsupported IPv6 next header 0x0"),
        ("neighbor-advertisement", 21, [64], .unsupported(.hopLimit, 64), "unsupported hop limit 0x40"),
        ("neighbor-advertisement", 54, [134], .unsupported(.messageType, 134), "unsupported ICMPv6 type 0x86"),
        ("neighbor-advertisement", 55, [1], .unsupported(.messageCode, 1), "unsupported ICMPv6 code 0x1"),
        ("neighbor-advertisement", 79, [0], .badOption(type: 2, size: 0), "0 bytes as neighbor discovery option 2"),
        ("neighbor-advertisement", 79, [2], .badOption(type: 2, size: 16), "16 bytes as neighbor discovery option 2"),
        (
            "neighbor-advertisement", 62, [0xFF], .forbidden(.targetIsUnicast),
            "the target is a multicast address"
        ),
        ("neighbor-solicitation", 62, [0xFF], .forbidden(.targetIsUnicast), "the target is a multicast address"),
        (
            "neighbor-probe", 38, [0xFF, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            .forbidden(.probeGoesToSolicitedNode),
            "a probe goes to an address that is not a solicited-node address"
        ),
        (
            "neighbor-probe-nonce", 78, [1], .forbidden(.probeHasNoLinkLayerAddress),
            "a probe contains its sender's MAC address"
        ),
        (
            "neighbor-announcement", 58, [0x60], .forbidden(.solicitedAnswerIsUnicast),
            "an advertisement to a multicast address is flagged as solicited"
        ),
    ]

    @Test("A frame that breaks a rule is refused with the reason", arguments: cases.indices)
    func refused(index: Int) throws {
        let (vector, at, replacement, error, text) = Self.cases[index]
        var bytes = try FrameVector(vector).bytes
        bytes.replaceSubrange(at..<at + replacement.count, with: replacement)
        if vector.hasPrefix("neighbor") { bytes = withRightLengthAndChecksum(bytes) }
        #expect(throws: error) { try EthernetFrame(decoding: bytes) }
        expect(error.description, equals: text)
    }

    @Test("Errors about sizes and checksums name what is wrong")
    func texts() {
        expect(FrameError.truncated(size: 1, expected: 6).description, equals: "1 bytes where 6 are expected")
        expect(FrameError.badChecksum.description, equals: "wrong ICMPv6 checksum")
    }

    @Test("Unknown options, and nonces of other sizes, are skipped")
    func otherOptions() throws {
        let bytes = try FrameVector("neighbor-advertisement").bytes
        let unknown: [UInt8] = [99, 1, 1, 2, 3, 4, 5, 6]
        let longNonce: [UInt8] = [14, 2] + Array(repeating: 7, count: 14)
        let longer = withRightLengthAndChecksum(bytes[..<78] + unknown + longNonce + bytes[78...])
        try expect(EthernetFrame(decoding: longer), equals: try EthernetFrame(decoding: bytes))
    }

    @Test("A MAC address option must have the size of an Ethernet address")
    func longAddress() throws {
        let bytes = try FrameVector("neighbor-advertisement").bytes[..<78] + [2, 2] + Array(repeating: 7, count: 14)
        #expect(throws: FrameError.badOption(type: 2, size: 16)) {
            try EthernetFrame(decoding: withRightLengthAndChecksum(Array(bytes)))
        }
    }

    @Test("A MAC address option that its message does not use is skipped, whatever its size")
    func unusedAddress() throws {
        for (name, type) in [("neighbor-advertisement", 1), ("neighbor-solicitation", 2)] as [(String, UInt8)] {
            let bytes = try FrameVector(name).bytes
            let longer = withRightLengthAndChecksum(bytes + [type, 2] + Array(repeating: 7, count: 14))
            try expect(EthernetFrame(decoding: longer), equals: try EthernetFrame(decoding: bytes), "\(name)")
        }
    }

    @Test("A probe may go to the solicited-node address of another target")
    func otherSolicitedNode() throws {
        var bytes = try FrameVector("neighbor-probe").bytes
        bytes.replaceSubrange(38..<54, with: try ipv6("ff02::1:ff00:9").octets)
        let frame = try EthernetFrame(decoding: withRightLengthAndChecksum(bytes))
        guard case .neighbor(let packet) = frame.payload else {
            Issue.record("not neighbor discovery but \(frame)")
            return
        }
        expect(packet.destination.description, equals: "ff02::1:ff00:9")
        expect(packet.message, equals: .solicitation(NeighborSolicitation(for: try ipv6("fd00::4:5:6"))))
    }
}
