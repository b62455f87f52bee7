import NetworkTypes
import TestSupport
import Testing

@Suite("IPv4 addresses")
struct IPv4AddressTests {
    @Test(
        "IPv4 addresses are parsed and printed as dotted decimal",
        arguments: [
            ("0.0.0.0", 0), ("10.0.0.1", 0x0A00_0001), ("192.168.50.255", 0xC0A8_32FF), ("255.255.255.255", .max),
        ] as [(String, UInt32)])
    func readsDottedDecimal(text: String, bits: UInt32) throws {
        let address = try #require(IPv4Address(text))
        #expect(address.bits == bits)
        #expect(address.description == text)
    }

    @Test("IPv4 addresses have their octets in wire order")
    func octetsAreInWireOrder() { #expect(IPv4Address(bits: 0x0102_0304).octets == [1, 2, 3, 4]) }

    @Test(
        "IPv4 addresses are refused in other forms",
        arguments: [
            "", ".", "...", "1", "1.2.3", "1.2.3.", ".1.2.3", "1.2.3.4.", "1.2.3.4.5", "1..2.3", "256.1.1.1",
            "1.1.1.999",
            "01.2.3.4", "1.2.3.04", "1.2.3.+4", "1.2.3.-4", "1.2.3.4 ", " 1.2.3.4", "0x1.2.3.4", "1.2.3.4/24",
            "a.b.c.d",
            "1.2.3.٤", "::1",
        ])
    func refusesOtherForms(text: String) { #expect(IPv4Address(text) == nil) }
}

@Suite("IPv6 addresses")
struct IPv6AddressTests {
    @Test(
        "IPv6 addresses are parsed in every form of RFC 4291 and printed in that of RFC 5952",
        arguments: [
            ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("0:0:0:0:0:0:0:0", "::"), ("0:0:0:0:0:0:0:1", "::1"),
            // Leading zeros are dropped, and letters become lowercase.
            ("2001:0DB8::0001", "2001:db8::1"),
            ("2001:db8:aaaa:bbbb:cccc:dddd:eeee:AAAA", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa"),
            // A single group of zeros stays.
            ("2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
            // The longest run is shortened, or the first of two equal ones.
            ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("0:0:1:0:0:0:0:0", "0:0:1::"), ("1:0:0:2:0:0:3:0", "1::2:0:0:3:0"),
            // An IPv4 tail.
            ("::192.0.2.33", "::c000:221"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
            ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"), ("::ffff:1.2.3.4", "::ffff:102:304"),
        ])
    func readsAllForms(text: String, canonical: String) throws {
        let address = try #require(IPv6Address(text))
        #expect(address.description == canonical)
        #expect(IPv6Address(canonical) == address)
    }

    @Test("IPv6 addresses have their octets in wire order")
    func octetsAreInWireOrder() throws {
        let address = try #require(IPv6Address("fd00::1234"))
        #expect(address.octets == [0xFD] + Array(repeating: 0, count: 13) + [0x12, 0x34])
        #expect(IPv6Address("::1")?.bits == 1)
    }

    @Test(
        "IPv6 addresses are refused when malformed",
        arguments: [
            "", ":", ":::", "::::", "1:", ":1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "1:::2", "::1:",
            ":1::",
            "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1:2:3:4::5:6:7:8", "12345::", "g::", "+1::", "-1::", "::1%eth0",
            "[::1]", "::1/64", " ::1", "::1 ", "１::", "::1.2.3", "::1.2.3.256", "::01.2.3.4", "1.2.3.4", "::1.2.3.4:5",
            "1:2:3:4:5:6:7:1.2.3.4", "::1:2:3:4:5:6:1.2.3.4",
            // An IPv4 address is allowed only at the end.
            "1.2.3.4::", "1.2.3.4::1", "1:1.2.3.4::",
        ])
    func refusesMalformed(text: String) { #expect(IPv6Address(text) == nil) }
}

@Suite("IP addresses")
struct IPAddressTests {
    @Test("IP addresses keep their family")
    func familyIsKept() throws {
        let v4 = try #require(IPAddress("10.0.0.1"))
        let v6 = try #require(IPAddress("::10.0.0.1"))
        #expect(v4.family == .ipv4)
        #expect(v6.family == .ipv6)
        #expect(v4.bits == v6.bits)
        #expect(v4 != v6)
        #expect(AddressFamily.allCases.map(\.bitWidth) == [32, 128])
    }

    @Test("IP addresses are created from exactly 4 or 16 octets", arguments: 0..<20)
    func takesWholeAddressesOnly(count: Int) throws {
        let octets = (0..<count).map { UInt8($0) }
        let address = IPAddress(octets: octets)
        #expect((address != nil) == (count == 4 || count == 16))
        if let address { #expect(address.octets == octets) }
    }

    @Test(
        "An address is link-local exactly within its family's range",
        arguments: [
            ("169.254.0.0", true), ("169.254.255.255", true), ("169.253.255.255", false), ("169.255.0.0", false),
            ("fe80::", true), ("febf:ffff::1", true), ("fe7f:ffff::1", false), ("fec0::", false), ("::a9fe:1", false),
        ])
    func linkLocal(_ text: String, _ isLinkLocal: Bool) throws {
        #expect(try #require(IPAddress(text)).isLinkLocal == isLinkLocal)
    }

    @Test("IP addresses survive printing and parsing", arguments: 0..<50 as Range<UInt64>)
    func roundTrip(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let v4 = IPAddress.v4(IPv4Address(bits: random.next(upperBound: UInt32.max)))
            // Masks of whole groups yield runs of zeros, which plain random numbers hardly ever contain.
            let zeros = (0..<8).reduce(UInt128(0)) { mask, _ in mask << 16 | (Bool.random(using: &random) ? 0xFFFF : 0)
            }
            let v6 = IPAddress.v6(IPv6Address(bits: (UInt128(random.next()) << 64 | UInt128(random.next())) & zeros))
            for address in [v4, v6] {
                #expect(IPAddress(address.description) == address, "seed \(seed)")
                #expect(IPAddress(octets: address.octets) == address, "seed \(seed)")
            }
        }
    }
}
