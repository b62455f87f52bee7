import NetworkTypes
import Testing

@Suite("MAC address prefixes")
struct MACAddressPrefixTests {
    @Test(
        "A MAC address prefix has one to five octets and one printed form",
        arguments: [
            ("02", "02"), ("02:AA", "02:aa"), ("02-aa-bb", "02:aa:bb"), ("00:00:00:00:00", "00:00:00:00:00"),
        ])
    func read(_ text: String, _ written: String) { #expect(MACAddressPrefix(text)?.description == written) }

    @Test(
        "A MAC address prefix in any other form is refused",
        arguments: [
            "", "2", "02:", ":02", "02:a", "02:aaa", "0g", "02:aa-bb", "02 aa", "02:aa:bb:cc:dd:ee", "+2", "０２",
        ])
    func refused(_ text: String) { #expect(MACAddressPrefix(text) == nil) }

    @Test("A MAC address prefix yields addresses that start with it and end with the given bits")
    func addresses() throws {
        let bits: UInt64 = 0x1122_3344_5566_7788
        let one = try #require(MACAddressPrefix("02"))
        let five = try #require(MACAddressPrefix("02:aa:bb:cc:dd"))
        #expect(one.address(endingWith: bits).description == "02:44:55:66:77:88")
        #expect(five.address(endingWith: bits).description == "02:aa:bb:cc:dd:88")
    }

    @Test("A MAC address prefix is multicast if the lowest bit of its first octet is set")
    func multicast() {
        #expect(MACAddressPrefix("03")?.isMulticast == true)
        #expect(MACAddressPrefix("02:01")?.isMulticast == false)
    }
}
