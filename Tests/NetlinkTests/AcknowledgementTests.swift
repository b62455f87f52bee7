import Glibc
import Netlink
import NetlinkTestKit
import SystemCalls
import TestSupport
import Testing

@Suite("Acknowledgements")
struct AcknowledgementTests {
    /// A request of 24 bytes, for acknowledgements that echo the whole request.
    private static let request = wireMessage(type: 16, sequence: 1, [1, 2, 3, 4, 5, 6, 7, 8])
    private static let text = wireAttribute(1, Array("no such thing\0".utf8))
    private static let offset = wireAttribute(2, bytes(of: UInt32(0x44)))

    @Test("An acknowledgement contains the kernel's message: a macvlan MTU above the parent's")
    func capturedSentence() throws {
        let refusal = try refusal(
            hex(
                """
                4800000002000003030000009a290000 eaffffff 54000000100005060300000000000000
                24000100 6d74752067726561746572207468616e20646576696365206d6178696d756d00
                """))
        #expect(refusal == KernelRefusal(errno: Errno(code: EINVAL), message: "mtu greater than device maximum"))
        #expect(refusal?.description == "Invalid argument (EINVAL): mtu greater than device maximum")
    }

    @Test("An acknowledgement contains the offset of the wrong attribute: a 16-bit macvlan mode")
    func capturedOffset() throws {
        let refusal = try refusal(
            hex(
                """
                7800000002000003040000009a290000 deffffff 4c000000100005060400000000000000
                27000100 417474726962757465206661696c656420706f6c6963792076616c69646174696f6e0000
                0800020044000000 24000480 0c00040000000000 00000000 0c000500ffffffff 00000000 0800010004000000
                """))
        let expected = KernelRefusal(
            errno: Errno(code: ERANGE), message: "Attribute failed policy validation", offset: 0x44)
        #expect(refusal == expected)
    }

    @Test("An acknowledgement may lack a message: a parent that does not exist")
    func capturedWithoutSentence() throws {
        let refusal = try refusal(hex("2400000002000001020000009a290000 edffffff 4c000000100005060200000000000000"))
        #expect(refusal == KernelRefusal(errno: .noSuchDevice))
        #expect(refusal?.description == "No such device (ENODEV)")
    }

    @Test("An acknowledgement with error 0 means success", arguments: [true, false])
    func done(capped: Bool) throws {
        let message = wireAcknowledgement(request: Self.request, capped: capped, sequence: 1)
        try expect(refusal(message), equals: nil)
    }

    @Test(
        "An acknowledgement is read whether it echoes the whole request or only its header", arguments: [true, false])
    func echo(capped: Bool) throws {
        let message = wireAcknowledgement(
            errno: ENODEV, request: Self.request, capped: capped, attributes: Self.text + Self.offset, sequence: 1)
        let expected = KernelRefusal(errno: .noSuchDevice, message: "no such thing", offset: 0x44)
        try expect(refusal(message), equals: expected)
    }

    @Test("An acknowledgement has attributes only if its flag is set")
    func flagDecides() throws {
        var message = wireAcknowledgement(
            errno: ENODEV, request: Self.request, attributes: Self.text, sequence: 1)
        message[7] &= ~0x02
        try expect(refusal(message), equals: KernelRefusal(errno: .noSuchDevice))
    }

    @Test("An acknowledgement with malformed attributes keeps the readable ones and the error number")
    func malformedAttributes() throws {
        let broken: [([UInt8], String?)] = [
            ([0, 0, 1, 0], nil),  // a length of zero
            ([0xFF, 0xFF, 1, 0, 0x61], nil),  // a length beyond the end
            (Self.text + [3, 0, 2, 0], "no such thing"),
            (wireAttribute(2, [1, 2]) + Self.text, "no such thing"),  // an offset of the wrong width
            (wireAttribute(1, [0x61]), "a"),  // a string without its terminating zero
        ]
        for (attributes, text) in broken {
            let message = wireAcknowledgement(
                errno: ENODEV, request: Self.request, attributes: attributes, sequence: 1)
            try expect(refusal(message), equals: KernelRefusal(errno: .noSuchDevice, message: text))
        }
    }

    @Test("An acknowledgement whose echo exceeds the datagram keeps only the error number")
    func echoBeyondTheEnd() throws {
        for claimed in [0, 15, 17, 0xFFFF, .max] as [UInt32] {
            let header = bytes(of: claimed) + Self.request.dropFirst(4).prefix(12)
            let message = wireMessage(type: 2, flags: 0x200, sequence: 1, bytes(of: -ENODEV) + header)
            try expect(refusal(message), equals: KernelRefusal(errno: .noSuchDevice))
        }
    }

    @Test("An acknowledgement that is too short for an error number is refused", arguments: 0..<20)
    func tooShort(count: Int) {
        let message = wireMessage(type: 2, sequence: 1, Array(repeating: 0xFF, count: count))
        #expect(throws: DecodingError.truncatedHeader(size: count, expected: 20)) { try refusal(message) }
    }

    @Test("An acknowledgement with the most negative error number does not trap")
    func smallestNumber() throws {
        let message = wireMessage(type: 2, sequence: 1, bytes(of: Int32.min) + Self.request.prefix(16))
        try expect(refusal(message)?.errno, equals: Errno(code: .min))
    }

    @Test("An acknowledgement never traps, whichever bits are flipped", arguments: [true, false])
    func everyFlip(capped: Bool) {
        let message = wireAcknowledgement(
            errno: EINVAL, request: Self.request, capped: capped, attributes: Self.text + Self.offset, sequence: 1)
        for bit in 0..<message.count * 8 { _ = try? refusal(message.flipping(bit: bit)) }
        for count in 0..<message.count {
            #expect(throws: DecodingError.self) { try refusal(Array(message.prefix(count))) }
        }
    }

    /// The refusal in the datagram's acknowledgement; an empty datagram counts as malformed.
    private func refusal(_ datagram: [UInt8]) throws -> KernelRefusal? {
        let read = try withMessage(datagram) { try Acknowledgement.refusal(in: $0) }
        guard let read else { throw DecodingError.truncatedHeader(size: 0, expected: 16) }
        return read
    }
}
