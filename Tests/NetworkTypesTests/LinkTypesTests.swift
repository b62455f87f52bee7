import NetworkTypes
import TestSupport
import Testing

@Suite("Link names")
struct LinkNameTests {
    @Test("A link name can be as long as an alternative name, and has the characters of an interface name")
    func accepted() {
        for text in ["eth0", "enx001122334455", String(repeating: "a", count: 127)] {
            #expect(LinkName(text)?.text == text)
        }
        for text in ["", ".", "..", "a/b", "a b", "a:b", "a%d", String(repeating: "a", count: 128)] {
            #expect(LinkName(text) == nil, "\(text)")
        }
    }
}

@Suite("MAC addresses")
struct MACAddressTests {
    @Test(
        "MAC addresses are parsed in three notations and printed in one",
        arguments: ["02:42:ac:11:00:0f", "02:42:AC:11:00:0F", "02-42-ac-11-00-0f", "0242.ac11.000f", "0242.AC11.000F"])
    func readsNotations(text: String) throws {
        let address = try #require(MACAddress(text))
        #expect(address.description == "02:42:ac:11:00:0f")
        #expect(address.octets == [0x02, 0x42, 0xAC, 0x11, 0x00, 0x0F])
    }

    @Test(
        "MAC addresses are refused in other notations",
        arguments: [
            "", "02:42:ac:11:00", "02:42:ac:11:00:0f:01", "2:42:ac:11:0:f", "0242ac11000f", "02:42:ac:11:00:0g",
            "02:42:ac:11:00-0f", "02-42:ac:11:00:0f", "02.42.ac.11.00.0f", "0242:ac11:000f", "0242-ac11-000f",
            ":02:42:ac:11:00f",
            "02:42:ac:11:00:0f ", "+2:42:ac:11:00:0f", "0242.ac11000f.", "02:42:ac:11:00:\u{FF11}", "02:42:ac:11:00:é",
        ])
    func refusesOthers(text: String) { #expect(MACAddress(text) == nil) }

    @Test("MAC addresses are created from exactly six octets", arguments: 0..<9)
    func takesSixOctets(count: Int) {
        #expect((MACAddress(octets: Array(repeating: 1, count: count)) != nil) == (count == 6))
    }

    @Test("MAC addresses are recognized as multicast or zero")
    func classes() {
        #expect(MACAddress("01:00:5e:00:00:01")?.isMulticast == true)
        #expect(MACAddress("ff:ff:ff:ff:ff:ff")?.isMulticast == true)
        #expect(MACAddress("02:00:00:00:00:01")?.isMulticast == false)
        #expect(MACAddress("00:00:00:00:00:00")?.isZero == true)
        #expect(MACAddress("00:00:00:00:00:01")?.isZero == false)
    }

    @Test("MAC addresses are created from the low 48 bits of a number")
    func highBitsAreCut() {
        #expect(MACAddress(bits: .max).description == "ff:ff:ff:ff:ff:ff")
        #expect(MACAddress(bits: 1 << 48).isZero)
    }

    @Test("MAC addresses survive printing and parsing", arguments: 0..<20 as Range<UInt64>)
    func roundTrip(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let address = MACAddress(bits: random.next())
            #expect(MACAddress(address.description) == address, "seed \(seed)")
            #expect(MACAddress(octets: address.octets) == address, "seed \(seed)")
        }
    }
}

@Suite("Interface names")
struct InterfaceNameTests {
    @Test(
        "Valid interface names are accepted unchanged",
        arguments: ["e", "eth0", "eth0.10", "a-b_c+d@e", "...", "sv0123456789abc"])
    func takesValidNames(text: String) {
        #expect(InterfaceName(text)?.text == text)
        #expect(InterfaceName(text)?.description == text)
    }

    @Test(
        "Interface names that the kernel refuses or expands are refused",
        arguments: [
            "", ".", "..", "a/b", "eth0:1", "a b", "a\tb", "a\nb", "a\0b", "a\u{7F}", "é", "0123456789abcdef",
            // The kernel treats the first as a template and inserts a number. It refuses any other percent sign.
            "eth%d", "100%",
        ])
    func refusesInvalidNames(text: String) { #expect(InterfaceName(text) == nil) }
}

@Suite("Link indexes, VLAN IDs and modes")
struct LinkNumberTests {
    @Test("An interface index is positive")
    func indexIsPositive() {
        #expect(InterfaceIndex(1)?.number == 1)
        #expect(InterfaceIndex(.max)?.description == "2147483647")
        for number in [0, -1, .min] as [Int32] { #expect(InterfaceIndex(number) == nil) }
    }

    @Test("A VLAN ID is between 1 and 4094")
    func vlanRange() {
        #expect(VLANID(0) == nil)
        #expect(VLANID(1)?.description == "1")
        #expect(VLANID(4094)?.number == 4094)
        #expect(VLANID(4095) == nil)
        #expect(VLANID(.max) == nil)
    }

    @Test("A VLAN tag is 802.1Q by default")
    func tagProtocol() throws {
        let id = try #require(VLANID(10))
        #expect(VLANTag(id: id).protocol == .dot1Q)
        #expect(VLANTag(id: id, protocol: .dot1ad) != VLANTag(id: id))
        #expect(VLANProtocol(rawValue: 0x88A8) == .dot1ad)
    }

    @Test("Modes have the names that Docker's own drivers use")
    func modeNames() {
        #expect(MacvlanMode.allCases.map(\.rawValue) == ["bridge", "private", "vepa", "passthru"])
        #expect(IPvlanMode.allCases.map(\.rawValue) == ["l2", "l3", "l3s"])
        #expect(IPvlanFlag.allCases.map(\.rawValue) == ["bridge", "private", "vepa"])
        #expect(IPvlanMode.allCases.map(\.isLayer3) == [false, true, true])
    }
}
