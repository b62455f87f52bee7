import CMNL
import Netlink
import NetlinkTestKit
import NetworkTypes
import TestSupport
import Testing

@Suite("MessageBuilder")
struct MessageBuilderTests {
    private static let name = AttributeKey<String>(3 as UInt16)
    private static let raw = AttributeKey<RawBytes>(9 as UInt16)
    private static let info = AttributeKey<Nest>(18 as UInt16)

    @Test("MessageBuilder writes the requested type and flags into the header of a request")
    func header() {
        let message = MessageBuilder(type: 16, flags: 0x604).message(sequence: 0x0102_0304)
        #expect(message == hex("10000000 1000 0506 04030201 00000000"))
    }

    @Test("MessageBuilder encodes every type of value as the kernel reads it")
    func values() throws {
        var message = MessageBuilder(type: 16, flags: 0)
        try message.putHeader(rtgenmsg(rtgen_family: 2))
        try message.put(AttributeKey<UInt8>(1 as UInt16), 0xAA)
        try message.put(AttributeKey<UInt16>(2 as UInt16), 0x0102)
        try message.put(Self.name, "eth0")
        try message.put(AttributeKey<UInt32>(4 as UInt16), 0x0102_0304)
        try message.put(AttributeKey<BigEndian16>(5 as UInt16), BigEndian16(0x8100))
        try message.put(AttributeKey<MACAddress>(6 as UInt16), MACAddress(bits: 0x0242_AC11_0002))
        try message.put(AttributeKey<IPAddress>(7 as UInt16), .v4(IPv4Address(bits: 0x0A00_0001)))
        try message.put(AttributeKey<IPAddress>(8 as UInt16), .v6(IPv6Address(bits: 1)))
        try message.put(Self.raw, [])
        let expected: [[UInt8]] = [
            hex("02000000"), wireAttribute(1, [0xAA]), wireAttribute(2, [2, 1]), wireAttribute(3, Array("eth0\0".utf8)),
            wireAttribute(4, [4, 3, 2, 1]), wireAttribute(5, [0x81, 0]), wireAttribute(6, hex("0242ac110002")),
            wireAttribute(7, [10, 0, 0, 1]), wireAttribute(8, Array(repeating: 0, count: 15) + [1]),
            wireAttribute(9, []),
        ]
        #expect(message.message(sequence: 1).dropFirst(16) == expected.flatMap(\.self)[...])
    }

    @Test("MessageBuilder closes each nest around its attributes")
    func nests() throws {
        var message = MessageBuilder(type: 16, flags: 0)
        try message.nest(Self.info) { (info) throws(EncodingError) in
            try info.put(Self.name, "a")
            try info.nest(Self.info) { (inner) throws(EncodingError) in try inner.put(Self.raw, [1, 2, 3]) }
        }
        try message.put(Self.name, "b")
        let inner = wireAttribute(18 | 0x8000, wireAttribute(9, [1, 2, 3]))
        let outer = wireAttribute(18 | 0x8000, wireAttribute(3, Array("a\0".utf8)) + inner)
        #expect(message.message(sequence: 1).dropFirst(16) == (outer + wireAttribute(3, Array("b\0".utf8)))[...])
    }

    @Test("MessageBuilder fills the gaps between attributes with zeros, even in reused memory")
    func paddingIsZero() throws {
        for _ in 0..<100 {
            // The allocator is likely to reuse this memory.
            let used = UnsafeMutableRawPointer.allocate(byteCount: 4096, alignment: 4)
            used.initializeMemory(as: UInt8.self, repeating: 0xEE, count: 4096)
            used.deallocate()
            var message = MessageBuilder(type: 16, flags: 0)
            try message.put(Self.raw, [1])
            try message.put(Self.name, "")
            #expect(message.message(sequence: 1).dropFirst(16) == (wireAttribute(9, [1]) + wireAttribute(3, [0]))[...])
        }
    }

    @Test(
        "MessageBuilder creates an aligned message with its length, which can be read back",
        arguments: 0..<200 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var message = MessageBuilder(type: 16, flags: 0)
        let values = (0..<Int.random(in: 0...20, using: &random)).map { _ in
            (0..<Int.random(in: 0...40, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        for value in values { try message.put(Self.raw, value) }
        let bytes = message.message(sequence: 1)
        #expect(bytes.count % 4 == 0, "seed \(seed)")
        #expect(bytes.prefix(4) == TestSupport.bytes(of: UInt32(bytes.count))[...], "seed \(seed)")
        let attributes = try AttributeWalk(Array(bytes.dropFirst(16))).attributes
        #expect(attributes == values.map { .init(9, $0) }, "seed \(seed)")
    }

    @Test("MessageBuilder refuses to grow beyond a page", arguments: 4060...4100)
    func capacity(size: Int) throws {
        let tooLong = EncodingError.messageTooLong(capacity: 4096)
        var message = MessageBuilder(type: 16, flags: 0)
        // The message header adds 16 bytes, and the attribute header 4.
        if size <= 4096 - 20 {
            try message.put(Self.raw, Array(repeating: 1, count: size))
        } else {
            #expect(throws: tooLong) { try message.put(Self.raw, Array(repeating: 1, count: size)) }
        }
        #expect(message.message(sequence: 1).count <= 4096)
        #expect("\(tooLong)" == "the message exceeds 4096 bytes")
    }

    @Test("MessageBuilder refuses every kind of value, a nest and a fixed header once it is full")
    func full() throws {
        let tooLong = EncodingError.messageTooLong(capacity: 4096)
        var message = MessageBuilder(type: 16, flags: 0)
        try message.put(Self.raw, Array(repeating: 1, count: 4096 - 20))
        #expect(throws: tooLong) { try message.put(AttributeKey<UInt8>(1 as UInt16), 0) }
        #expect(throws: tooLong) { try message.put(AttributeKey<UInt16>(1 as UInt16), 0) }
        #expect(throws: tooLong) { try message.put(AttributeKey<UInt32>(1 as UInt16), 0) }
        #expect(throws: tooLong) { try message.put(AttributeKey<BigEndian16>(1 as UInt16), BigEndian16(0)) }
        #expect(throws: tooLong) { try message.put(Self.name, "") }
        #expect(throws: tooLong) { try message.nest(Self.info) { (_) throws(EncodingError) in } }
        #expect(throws: tooLong) { try message.putHeader(ifinfomsg()) }
        #expect(message.message(sequence: 1).count == 4096)
    }
}
