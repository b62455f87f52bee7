import NetworkTypes

/// Reads the fields of a frame in wire order. It never reads outside the given bytes.
struct FrameCursor: ~Escapable {
    private(set) var rest: RawSpan

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan) { rest = bytes }

    /// Returns the next number, which is big-endian on the wire.
    @_lifetime(self: copy self)
    mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(
        as type: Number.Type
    ) throws(FrameError) -> Number {
        let size = MemoryLayout<Number>.size
        guard rest.byteCount >= size else { throw .truncated(size: rest.byteCount, expected: size) }
        let number = Number(bigEndian: rest.unsafeLoadUnaligned(as: type))
        rest = rest.extracting(size..<rest.byteCount)
        return number
    }

    @_lifetime(self: copy self)
    mutating func macAddress() throws(FrameError) -> MACAddress {
        let high = UInt64(try number(as: UInt16.self))
        return MACAddress(bits: high << 32 | UInt64(try number(as: UInt32.self)))
    }

    @_lifetime(self: copy self)
    mutating func ipv4Address() throws(FrameError) -> IPv4Address { IPv4Address(bits: try number(as: UInt32.self)) }

    @_lifetime(self: copy self)
    mutating func ipv6Address() throws(FrameError) -> IPv6Address { IPv6Address(bits: try number(as: UInt128.self)) }

    /// Reads a number that must be the given one.
    @_lifetime(self: copy self)
    mutating func expect<Number: FixedWidthInteger & BitwiseCopyable & UnsignedInteger>(
        _ expected: Number, as field: FrameField
    ) throws(FrameError) {
        let value = try number(as: Number.self)
        guard value == expected else { throw .unsupported(field, UInt16(truncatingIfNeeded: value)) }
    }

    /// Returns the next bytes, for a cursor of their own.
    @_lifetime(copy self)
    @_lifetime(self: copy self)
    mutating func part(of size: Int) throws(FrameError) -> RawSpan {
        guard rest.byteCount >= size else { throw .truncated(size: rest.byteCount, expected: size) }
        let part = rest.extracting(0..<size)
        rest = rest.extracting(size..<rest.byteCount)
        return part
    }
}
