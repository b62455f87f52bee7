import CMNL

/// One received netlink message, borrowed from the datagram.
package struct Message: ~Escapable {
    package let type: UInt16
    package let flags: UInt16
    package let sequence: UInt32
    package let portID: UInt32
    /// The bytes after the 16 of `nlmsghdr`.
    package let payload: RawSpan

    @_lifetime(copy payload)
    fileprivate init(header: nlmsghdr, payload: RawSpan) {
        type = header.nlmsg_type
        flags = header.nlmsg_flags
        sequence = header.nlmsg_seq
        portID = header.nlmsg_pid
        self.payload = payload
    }

    /// Returns the family's fixed header from the start of the payload.
    package func header<Header: BitwiseCopyable>(as type: Header.Type) throws(DecodingError) -> Header {
        guard payload.byteCount >= MemoryLayout<Header>.size else {
            throw .truncatedHeader(size: payload.byteCount, expected: MemoryLayout<Header>.size)
        }
        return payload.unsafeLoadUnaligned(as: type)
    }

    /// Returns the attributes after a fixed header of this type.
    @_lifetime(copy self)
    package func attributes<Header: BitwiseCopyable>(after type: Header.Type) -> AttributeCursor {
        let start = min(aligned(MemoryLayout<Header>.size), payload.byteCount)
        return AttributeCursor(payload.extracting(start..<payload.byteCount))
    }
}

/// Iterates over the messages of one datagram, with the same guarantees as `AttributeCursor`.
package struct MessageCursor: ~Escapable {
    private var rest: RawSpan

    @_lifetime(copy datagram)
    package init(_ datagram: RawSpan) { rest = datagram }

    /// Returns the next message, or nil at the end of the datagram.
    @_lifetime(copy self)
    package mutating func next() throws(DecodingError) -> Message? {
        let headerSize = MemoryLayout<nlmsghdr>.size
        guard rest.byteCount > 0 else { return nil }
        guard rest.byteCount >= headerSize else {
            throw .truncatedHeader(size: rest.byteCount, expected: headerSize)
        }
        let header = rest.unsafeLoadUnaligned(as: nlmsghdr.self)
        guard let length = Int(exactly: header.nlmsg_len), length >= headerSize, length <= rest.byteCount else {
            throw .badLength(Int(header.nlmsg_len), available: rest.byteCount)
        }
        let message = Message(header: header, payload: rest.extracting(headerSize..<length))
        rest = rest.extracting(min(aligned(length), rest.byteCount)..<rest.byteCount)
        return message
    }
}
