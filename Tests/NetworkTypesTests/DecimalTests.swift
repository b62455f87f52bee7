import NetworkTypes
import Testing

@Suite("Decimal numbers")
struct DecimalTests {
    @Test("Decimal numbers are parsed as they are printed", arguments: [0, 1, 9, 10, 254, 255] as [UInt8])
    func readsPlainNumbers(number: UInt8) { #expect(UInt8(decimal: String(number)) == number) }

    @Test(
        "Decimal numbers are refused in any other notation",
        arguments: ["", " ", "+1", "-1", "-0", "00", "01", "1 ", " 1", "1_0", "0x1", "1.0", "١", "１", "1\u{301}", "\0"])
    func refusesOtherNotations(text: String) {
        #expect(UInt8(decimal: text) == nil)
        #expect(Int(decimal: text) == nil)
    }

    @Test("Decimal numbers beyond the type are refused", arguments: ["256", "1000", "99999999999999999999999999"])
    func refusesWhatDoesNotFit(text: String) { #expect(UInt8(decimal: text) == nil) }
}
