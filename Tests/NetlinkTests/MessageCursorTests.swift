import CMNL
import Netlink
import NetlinkTestKit
import TestSupport
import Testing

@Suite("MessageCursor")
struct MessageCursorTests {
    private static let link = wireMessage(
        type: 16, flags: 2, sequence: 7,
        Array(repeating: 0, count: 16) + wireAttribute(3, Array("eth0\0".utf8)) + wireAttribute(4, [0xDC, 5, 0, 0]))
    private static let done = wireMessage(type: 3, flags: 2, sequence: 7, [0, 0, 0, 0])
    private static let datagram = link + done

    @Test("MessageCursor yields the messages of a datagram in order")
    func yieldsAll() throws {
        let bytes = Self.datagram
        var cursor = MessageCursor(bytes.span.bytes)
        var types: [UInt16] = []
        while let message = try cursor.next() {
            types.append(message.type)
            #expect(message.flags == 2)
            #expect(message.sequence == 7)
            #expect(message.portID == 0)
        }
        #expect(types == [16, 3])
    }

    @Test("MessageCursor yields nothing for an empty datagram")
    func yieldsNothing() throws { #expect(try withMessage([]) { _ in } == nil) }

    @Test("MessageCursor accepts a last message without its padding")
    func lastPaddingMayBeMissing() throws {
        var bytes = wireMessage(type: 16, sequence: 1, [1, 2, 3, 4, 5])
        bytes.removeLast(3)
        try expect(withMessage(bytes) { $0.payload.byteCount }, equals: 5)
    }

    @Test("MessageCursor refuses a length shorter than the header or beyond the datagram", arguments: 0...UInt32(64))
    func refusesBadLengths(length: UInt32) throws {
        var message = wireMessage(type: 16, sequence: 1, Array(repeating: 0, count: 16))
        message.replaceSubrange(0..<4, with: bytes(of: length))
        if (16...32).contains(length) {
            try expect(withMessage(message) { $0.payload.byteCount }, equals: Int(length) - 16)
        } else {
            #expect(throws: DecodingError.badLength(Int(length), available: 32)) { try withMessage(message) { _ in } }
        }
    }

    @Test("MessageCursor refuses the largest length")
    func refusesLargestLength() {
        var message = Self.done
        message.replaceSubrange(0..<4, with: bytes(of: UInt32.max))
        #expect(throws: DecodingError.badLength(0xFFFF_FFFF, available: 20)) { try withMessage(message) { _ in } }
    }

    @Test("MessageCursor refuses a datagram that is shorter than a header", arguments: 1..<16)
    func refusesShortHeader(count: Int) {
        #expect(throws: DecodingError.truncatedHeader(size: count, expected: 16)) {
            try withMessage(Array(Self.done.prefix(count))) { _ in }
        }
    }

    @Test("MessageCursor refuses a message that is too short for its fixed header", arguments: 0..<16)
    func refusesShortFixedHeader(count: Int) {
        let message = wireMessage(type: 16, sequence: 1, Array(repeating: 0, count: count))
        #expect(throws: DecodingError.truncatedHeader(size: count, expected: 16)) {
            try withMessage(message) { _ = try $0.header(as: ifinfomsg.self) }
        }
    }

    @Test("MessageCursor finds no attributes when the fixed header is missing", arguments: 0..<16)
    func noAttributesBehindShortHeader(count: Int) throws {
        let message = wireMessage(type: 16, sequence: 1, Array(repeating: 0, count: count))
        try withMessage(message) { message in
            var attributes = message.attributes(after: ifinfomsg.self)
            let isEmpty = try attributes.next() == nil
            #expect(isEmpty)
        }
    }

    @Test("MessageCursor ends or throws an error wherever the datagram is cut off", arguments: 0..<Self.datagram.count)
    func truncations(count: Int) {
        let walk = StepCount(Array(Self.datagram.prefix(count)))
        #expect(walk.messages <= (count < Self.link.count ? 0 : 1))
        #expect(walk.endedWell == (count == 0 || count == Self.link.count))
    }

    @Test("MessageCursor makes bounded progress after any single bit is flipped")
    func everySingleFlip() {
        for bit in 0..<Self.datagram.count * 8 {
            StepCount(Self.datagram.flipping(bit: bit)).expectBounded("bit \(bit)")
        }
    }

    @Test("MessageCursor makes bounded progress after many bits are flipped", arguments: 0..<100 as Range<UInt64>)
    func manyFlips(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            StepCount(Self.datagram.damaged(using: &random)).expectBounded("seed \(seed)")
        }
    }
}

/// The number of steps in which a datagram and its attributes can be read.
private struct StepCount {
    let size: Int
    var messages = 0
    var attributeSteps = 0
    var endedWell = false

    init(_ datagram: [UInt8]) {
        size = datagram.count
        var cursor = MessageCursor(datagram.span.bytes)
        do {
            while let message = try cursor.next() {
                messages += 1
                var attributes = message.attributes(after: ifinfomsg.self)
                while (try? attributes.next()) != nil { attributeSteps += 1 }
            }
            endedWell = true
        } catch {
            endedWell = false
        }
    }

    func expectBounded(_ what: String) {
        #expect(messages <= size / 16, "\(what)")
        #expect(messages + attributeSteps <= size / 4 + 1, "\(what)")
    }
}
