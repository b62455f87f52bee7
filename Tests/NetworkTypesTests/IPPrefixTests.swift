import NetworkTypes
import TestSupport
import Testing

@Suite("IP prefixes")
struct IPPrefixTests {
    @Test(
        "Prefixes are parsed and printed with their host bits",
        arguments: [
            "0.0.0.0/0", "10.0.0.1/8", "192.168.50.10/24", "1.2.3.4/32", "::/0", "fd00::10/64", "2001:db8::1/128",
            "255.255.255.255/0",
        ])
    func roundTrip(text: String) throws {
        let prefix = try #require(IPPrefix(text))
        #expect(prefix.description == text)
        #expect(IPPrefix(prefix.address, length: prefix.length) == prefix)
    }

    @Test(
        "Prefixes are refused when malformed",
        arguments: [
            "", "/", "10.0.0.1", "10.0.0.1/", "/24", "10.0.0.1/33", "10.0.0.1/-1", "10.0.0.1/+8", "10.0.0.1/08",
            "10.0.0.1/8/8",
            "10.0.0.1/8 ", "10.0.0.1/255.0.0.0", "10.0.0/8", "::/129", "::/99999999999999999999", "fe80::1%eth0/64",
        ])
    func refusesMalformed(text: String) { #expect(IPPrefix(text) == nil) }

    @Test("Prefix lengths are limited by the family's width", arguments: AddressFamily.allCases)
    func lengthsAreBounded(family: AddressFamily) {
        let zero = IPPrefix.everything(family).address
        #expect(IPPrefix(zero, length: -1) == nil)
        #expect(IPPrefix(zero, length: 0) == .everything(family))
        #expect(IPPrefix(zero, length: family.bitWidth) != nil)
        #expect(IPPrefix(zero, length: family.bitWidth + 1) == nil)
    }

    @Test(
        "Prefixes have a network without host bits",
        arguments: [
            ("192.168.50.10/24", "192.168.50.0/24"), ("10.255.255.255/9", "10.128.0.0/9"), ("1.2.3.4/32", "1.2.3.4/32"),
            ("1.2.3.4/0", "0.0.0.0/0"), ("fd00::ffff/113", "fd00::8000/113"), ("fd00::1/128", "fd00::1/128"),
            ("fd00::1/0", "::/0"),
        ])
    func networkHasNoHostBits(text: String, network: String) throws {
        let prefix = try #require(IPPrefix(text))
        #expect(prefix.network.description == network)
        #expect(prefix.network.network == prefix.network)
        #expect(prefix.family == prefix.network.family)
    }

    @Test(
        "Prefixes count the addresses of their network",
        arguments: [
            ("192.168.50.10/24", 1, "192.168.50.1"), ("192.168.50.10/24", 255, "192.168.50.255"),
            ("192.168.50.10/24", 256, nil), ("1.2.3.4/32", 0, "1.2.3.4"), ("1.2.3.4/32", 1, nil),
            ("255.255.255.255/32", 1, nil), ("0.0.0.0/0", 1, "0.0.0.1"), ("0.0.0.0/0", 1 << 32, nil),
            ("fd00::10/64", 2, "fd00::2"), ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", 1, nil),
        ] as [(String, UInt128, String?)])
    func addressAtNumber(text: String, number: UInt128, expected: String?) throws {
        let prefix = try #require(IPPrefix(text))
        #expect(prefix.address(at: number)?.description == expected)
    }

    @Test("A host prefix is as long as its family's addresses", arguments: ["1.2.3.4", "fd00::1"])
    func host(text: String) throws {
        let address = try #require(IPAddress(text))
        let prefix = IPPrefix(host: address)
        #expect(prefix.address == address && prefix.length == address.family.bitWidth)
    }

    @Test(
        "Prefixes contain the addresses of their network",
        arguments: [
            ("10.1.2.3/24", "10.1.2.0", true), ("10.1.2.3/24", "10.1.2.255", true), ("10.1.2.3/24", "10.1.3.0", false),
            ("10.1.2.3/32", "10.1.2.3", true), ("10.1.2.3/32", "10.1.2.2", false), ("10.1.2.3/0", "255.0.0.1", true),
            ("fd00::/64", "fd00::ffff:ffff:ffff:ffff", true), ("fd00::/64", "fd00:0:0:1::", false),
            ("::/0", "ffff::", true), ("fd00::1/128", "fd00::1", true), ("fd00::1/128", "fd00::", false),
            // A prefix never contains an address of the other family, however short it is.
            ("0.0.0.0/0", "::", false), ("::/0", "0.0.0.0", false), ("::/96", "10.0.0.1", false),
        ])
    func containsItsNetwork(text: String, other: String, expected: Bool) throws {
        let prefix = try #require(IPPrefix(text))
        let address = try #require(IPAddress(other))
        #expect(prefix.contains(address) == expected)
    }

    @Test("Prefixes contain exactly the addresses that differ only in host bits", arguments: 0..<50 as Range<UInt64>)
    func containsFollowsBits(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let length = Int.random(in: 0...128, using: &random)
            let octets = (0..<16).map { _ in UInt8.random(in: 0...255, using: &random) }
            let flipped = Int.random(in: 0..<128, using: &random)
            // The most significant bit of an octet is the first of the address.
            let other = octets.flipping(bit: flipped / 8 * 8 + 7 - flipped % 8)
            let address = try #require(IPAddress(octets: octets))
            let prefix = try #require(IPPrefix(address, length: length))
            let neighbour = try #require(IPAddress(octets: other))
            #expect(prefix.contains(address))
            #expect(prefix.contains(neighbour) == (flipped >= length), "seed \(seed)")
        }
    }
}
