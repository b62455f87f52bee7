package import Netlink
import TestSupport

/// Returns a netlink message, built byte by byte without the code under test.
///
///     struct nlmsghdr { u32 length; u16 type; u16 flags; u32 sequence; u32 port; }
package func wireMessage(type: Int, flags: Int = 0, sequence: UInt32, _ payload: [UInt8] = []) -> [UInt8] {
    padded(
        bytes(of: UInt32(16 + payload.count)) + bytes(of: UInt16(type)) + bytes(of: UInt16(flags)) + bytes(of: sequence)
            + bytes(of: UInt32(0)) + payload)
}

/// Returns an attribute, built byte by byte.
///
///     struct nlattr { u16 length; u16 type; }
package func wireAttribute(_ type: UInt16, _ value: [UInt8]) -> [UInt8] {
    padded(bytes(of: UInt16(4 + value.count)) + bytes(of: type) + value)
}

/// Returns an acknowledgement: the negated error number, the request (only its header if capped), and attributes.
package func wireAcknowledgement(
    errno: Int32 = 0, request: [UInt8], capped: Bool = true, attributes: [UInt8] = [], sequence: UInt32
) -> [UInt8] {
    wireMessage(
        type: 2, flags: (capped ? 0x100 : 0) | (attributes.isEmpty ? 0 : 0x200), sequence: sequence,
        bytes(of: -errno) + (capped ? Array(request.prefix(16)) : request) + attributes)
}

/// Returns the sequence number in the header of a message.
package func sequence(of message: [UInt8]) -> UInt32 {
    message.dropFirst(8).prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
}

private func padded(_ bytes: [UInt8]) -> [UInt8] {
    bytes + Array(repeating: 0, count: (4 - bytes.count % 4) % 4)
}

/// Passes the first message of a datagram to the closure and returns the closure's result.
package func withMessage<Result>(_ datagram: [UInt8], _ body: (borrowing Message) throws -> Result) throws -> Result? {
    var messages = MessageCursor(datagram.span.bytes)
    guard let message = try messages.next() else { return nil }
    return try body(message)
}
