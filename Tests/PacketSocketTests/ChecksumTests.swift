import NetworkTypes
@testable import PacketSocket
import TestSupport
import Testing

@Suite("Checksum and multicast addresses")
struct ChecksumTests {
    @Test(
        "The checksum is the complement of the ones' complement sum",
        arguments: [
            ("", 0xFFFF),
            // The example of RFC 1071 §3, whose sum is ddf2.
            ("0001 f203 f4f5 f6f7", 0x220D),
            // An odd byte is the high one of a word.
            ("01", 0xFEFF), ("0001 02", 0xFDFE),
            // A carry goes back to the low bit, here even twice.
            ("ffff 0001", 0xFFFE), ("ffff ffff 0002", 0xFFFD), ("ffff", 0), ("ffff ffff", 0),
            // An IPv4 header, with its checksum b861 at zero and in place.
            ("4500 0073 0000 4000 4011 0000 c0a8 0001 c0a8 00c7", 0xB861),
            ("4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7", 0),
        ] as [(String, UInt16)])
    func vectors(text: String, expected: UInt16) {
        var checksum = InternetChecksum()
        checksum.add(hex(text))
        expect(checksum.value, equals: expected)
    }

    @Test("The checksum of pieces is that of the whole")
    func pieces() {
        var checksum = InternetChecksum()
        for piece in ["0001", "f203 f4f5", "", "f6f7"] { checksum.add(hex(piece)) }
        expect(checksum.value, equals: 0x220D)
    }

    @Test("The largest possible frame of ones does not overflow the sum")
    func large() {
        var checksum = InternetChecksum()
        checksum.add(Array(repeating: 0xFF, count: 1 << 20))
        expect(checksum.value, equals: 0)
    }

    @Test(
        "A solicited-node address has the last 24 bits of the address",
        arguments: [
            // The example of RFC 4291 §2.7.1.
            ("4037::1:800:200e:8c6c", "ff02::1:ff0e:8c6c", "33:33:ff:0e:8c:6c"),
            ("fd00::", "ff02::1:ff00:0", "33:33:ff:00:00:00"),
            ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ff02::1:ffff:ffff", "33:33:ff:ff:ff:ff"),
        ])
    func solicitedNode(address: String, group: String, groupMAC: String) throws {
        let solicitedNode = try ipv6(address).solicitedNode
        expect(solicitedNode.description, equals: group)
        expect(MACAddress(multicast: solicitedNode).description, equals: groupMAC)
    }
}
