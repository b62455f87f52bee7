import CMNL
import Netlink
import NetlinkTestKit
import TestSupport
import Testing

@Suite("AttributeCursor")
struct AttributeCursorTests {
    private let three = wireAttribute(1, [0xAA]) + wireAttribute(2, []) + wireAttribute(3, [1, 2, 3, 4, 5])

    @Test("AttributeCursor yields the attributes in order, without their padding")
    func yieldsAll() throws {
        let walk = try AttributeWalk(three)
        #expect(walk.attributes == [.init(1, [0xAA]), .init(2, []), .init(3, [1, 2, 3, 4, 5])])
    }

    @Test("AttributeCursor yields nothing for no bytes")
    func yieldsNothing() throws { try expect(AttributeWalk([]).attributes, equals: []) }

    @Test("AttributeCursor yields unknown attributes")
    func keepsUnknown() throws {
        try expect(AttributeWalk(wireAttribute(0x3FFF, [7])).attributes, equals: [.init(0x3FFF, [7])])
    }

    @Test("AttributeCursor removes the two flags from the type", arguments: [0x8000, 0x4000, 0xC000] as [UInt16])
    func masksFlags(flags: UInt16) throws {
        try expect(AttributeWalk(wireAttribute(flags | 18, [])).attributes, equals: [.init(18, [])])
    }

    @Test("AttributeCursor accepts a last attribute without its padding")
    func lastPaddingMayBeMissing() throws {
        try expect(AttributeWalk(Array(wireAttribute(3, [1]).prefix(5))).attributes, equals: [.init(3, [1])])
    }

    @Test("AttributeCursor ignores a rest that is shorter than a header", arguments: 1...3)
    func ignoresTail(count: Int) throws {
        try expect(
            AttributeWalk(wireAttribute(3, [1]) + Array(repeating: 0xFF, count: count)).attributes.count, equals: 1)
    }

    @Test("AttributeCursor refuses a length shorter than the header or beyond the end", arguments: 0...UInt16(64))
    func refusesBadLengths(length: UInt16) throws {
        let bytes = bytes(of: length) + bytes(of: UInt16(1)) + Array(repeating: 0, count: 8)
        var cursor = AttributeCursor(bytes.span.bytes)
        if (4...12).contains(length) {
            let size = try cursor.next()?.payload.byteCount
            #expect(size == Int(length) - 4)
        } else {
            #expect(throws: DecodingError.badLength(Int(length), available: 12)) { _ = try cursor.next() }
        }
    }

    @Test("AttributeCursor refuses the largest length")
    func refusesLargestLength() {
        #expect(throws: DecodingError.badLength(0xFFFF, available: 4)) { try AttributeWalk([0xFF, 0xFF, 1, 0]) }
    }

    @Test("AttributeCursor ends or throws an error wherever the bytes are cut off", arguments: 0...24)
    func truncations(count: Int) {
        let whole = (try? AttributeWalk(three).attributes) ?? []
        #expect(three.count == 24)
        if let walk = try? AttributeWalk(Array(three.prefix(count))) {
            #expect(walk.attributes == Array(whole.prefix(walk.attributes.count)))
        }
    }

    @Test("AttributeCursor reads nested attributes")
    func walksNested() throws {
        let inner = wireAttribute(1, Array("macvlan".utf8)) + wireAttribute(2, wireAttribute(1, [4, 0, 0, 0]))
        let bytes = wireAttribute(18 | 0x8000, inner)
        var cursor = AttributeCursor(bytes.span.bytes)
        guard let info = try cursor.next() else {
            Issue.record("there is no attribute")
            return
        }
        var nested = try info.attributes.walk()
        #expect(nested.attributes == [.init(1, Array("macvlan".utf8)), .init(2, wireAttribute(1, [4, 0, 0, 0]))])
        nested = try AttributeWalk(nested.attributes[1].value)
        #expect(nested.attributes == [.init(1, [4, 0, 0, 0])])
    }

    @Test("AttributeCursor makes bounded progress on damaged bytes", arguments: 0..<100 as Range<UInt64>)
    func boundedOnDamage(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let count = Int.random(in: 0...64, using: &random)
            let noise = (0..<count).map { _ in UInt8.random(in: 0...5, using: &random) }
            for bytes in [noise, three.damaged(using: &random)] {
                #expect(AttributeWalk.steps(over: bytes) <= bytes.count / 4 + 1, "seed \(seed)")
            }
        }
    }
}

/// A copy of the attributes that a cursor yields.
struct AttributeWalk {
    struct Copy: Hashable {
        let type: UInt16
        let value: [UInt8]

        init(_ type: UInt16, _ value: [UInt8]) {
            self.type = type
            self.value = value
        }
    }

    var attributes: [Copy] = []

    init(_ bytes: [UInt8]) throws(DecodingError) { self = try AttributeCursor(bytes.span.bytes).walk() }

    fileprivate init() {}

    /// Returns the number of steps until a cursor ends or throws an error.
    static func steps(over bytes: [UInt8]) -> Int {
        var cursor = AttributeCursor(bytes.span.bytes)
        var steps = 1
        while (try? cursor.next()) != nil { steps += 1 }
        return steps
    }
}

extension AttributeCursor {
    fileprivate consuming func walk() throws(DecodingError) -> AttributeWalk {
        var result = AttributeWalk()
        while let attribute = try next() {
            result.attributes.append(.init(attribute.type, attribute.bytes))
        }
        return result
    }
}
