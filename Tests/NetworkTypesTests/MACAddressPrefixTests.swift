import NetworkTypes
import Testing

@Suite("MACAddressPrefix")
struct MACAddressPrefixTests {
    @Test(
        "MACAddressPrefix parses one to five octets and prints them in one form",
        arguments: [
            ("02", "02"), ("02:AA", "02:aa"), ("02-aa-bb", "02:aa:bb"), ("00:00:00:00:00", "00:00:00:00:00"),
        ])
    func read(_ text: String, _ written: String) { #expect(MACAddressPrefix(text)?.description == written) }

    @Test(
        "MACAddressPrefix refuses anything else",
        arguments: [
            "", "2", "02:", ":02", "02:a", "02:aaa", "0g", "02:aa-bb", "02 aa", "02:aa:bb:cc:dd:ee", "+2", "０２",
        ])
    func refused(_ text: String) { #expect(MACAddressPrefix(text) == nil) }

    @Test("MACAddressPrefix makes addresses that begin with it and end with the given bits")
    func addresses() throws {
        let bits: UInt64 = 0x1122_3344_5566_7788
        let one = try #require(MACAddressPrefix("02"))
        let five = try #require(MACAddressPrefix("02:aa:bb:cc:dd"))
        #expect(one.address(endingWith: bits).description == "02:44:55:66:77:88")
        #expect(five.address(endingWith: bits).description == "02:aa:bb:cc:dd:88")
    }

    @Test("MACAddressPrefix is multicast by the first octet's lowest bit")
    func multicast() {
        #expect(MACAddressPrefix("03")?.isMulticast == true)
        #expect(MACAddressPrefix("02:01")?.isMulticast == false)
    }
}
