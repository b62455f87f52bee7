import Netlink
import NetlinkTestKit
import NetworkTypes
import TestSupport
import Testing

@Suite("Attribute values")
struct AttributeValueTests {
    private let byte = AttributeKey<UInt8>(5 as UInt16)
    private let short = AttributeKey<UInt16>(5 as UInt16)
    private let bigEndian = AttributeKey<BigEndian16>(5 as UInt16)
    private let word = AttributeKey<UInt32>(5 as UInt16)
    private let text = AttributeKey<String>(5 as UInt16)
    private let mac = AttributeKey<MACAddress>(5 as UInt16)
    private let address = AttributeKey<IPAddress>(5 as UInt16)

    @Test("A number is read in host byte order, or in network byte order if its key asks for that")
    func numbers() throws {
        try expect(read([0x01]) { try $0.value(byte) }, equals: 1)
        try expect(read([0x81, 0x00]) { try $0.value(short) }, equals: 0x81)
        try expect(read([0x81, 0x00]) { try $0.value(bigEndian) }, equals: BigEndian16(0x8100))
        try expect(read([1, 2, 3, 4]) { try $0.value(word) }, equals: 0x0403_0201)
    }

    @Test("A number of another width is refused", arguments: [0, 1, 2, 3, 4, 5, 8])
    func widths(size: Int) {
        let value = [UInt8](repeating: 0, count: size)
        let wrong = DecodingError.badValue(attribute: 5, size: size)
        if size != 1 { #expect(throws: wrong) { try read(value) { try $0.value(byte) } } }
        if size != 2 { #expect(throws: wrong) { try read(value) { try $0.value(short) } } }
        if size != 2 { #expect(throws: wrong) { try read(value) { try $0.value(bigEndian) } } }
        if size != 4 { #expect(throws: wrong) { try read(value) { try $0.value(word) } } }
    }

    @Test(
        "A string is read with or without its terminating zero",
        arguments: [
            ("eth0", "eth0"), ("eth0\0", "eth0"), ("eth0\0junk", "eth0"), ("", ""), ("\0", ""), ("ä", "ä"),
        ])
    func texts(sent: String, received: String) throws {
        try expect(read(Array(sent.utf8)) { try $0.value(text) }, equals: received)
    }

    @Test("A string that is not UTF-8 is repaired, not refused")
    func brokenText() throws {
        try expect(read([0x61, 0xFF, 0x62]) { try $0.value(text) }, equals: "a\u{FFFD}b")
    }

    @Test("An address with the wrong number of octets is refused", arguments: 0...20)
    func addresses(count: Int) throws {
        let octets = (0..<count).map { UInt8($0) }
        let wrong = DecodingError.badValue(attribute: 5, size: count)
        if count == 6 {
            try expect(read(octets) { try $0.value(mac).octets }, equals: octets)
        } else {
            #expect(throws: wrong) { try read(octets) { try $0.value(mac) } }
        }
        if count == 4 || count == 16 {
            try expect(read(octets) { try $0.value(address).octets }, equals: octets)
        } else {
            #expect(throws: wrong) { try read(octets) { try $0.value(address) } }
        }
    }

    @Test("DecodingError describes what is wrong")
    func complaints() {
        #expect("\(DecodingError.badLength(3, available: 8))" == "a length of 3 where 8 bytes are left")
        #expect("\(DecodingError.badValue(attribute: 4, size: 2))" == "2 bytes as the value of attribute 4")
        #expect("\(DecodingError.truncatedHeader(size: 3, expected: 16))" == "3 bytes where a header has 16")
    }

    /// Reads an attribute with this value.
    private func read<Value>(_ value: [UInt8], _ body: (borrowing Attribute) throws -> Value) throws -> Value {
        let bytes = wireAttribute(5, value)
        var cursor = AttributeCursor(bytes.span.bytes)
        guard let attribute = try cursor.next() else {
            throw DecodingError.truncatedHeader(size: bytes.count, expected: 4)
        }
        return try body(attribute)
    }
}
