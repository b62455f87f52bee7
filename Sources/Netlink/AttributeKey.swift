/// The type of an attribute together with the type of its value.
///
/// The width of a value is part of the kernel's interface and differs where one would not expect it: the mode of a
/// macvlan has 32 bits and that of an ipvlan 16. With the width in the key's type, a value of the wrong width does not
/// compile.
package struct AttributeKey<Value>: Sendable {
    package let rawType: UInt16

    package init(_ rawType: UInt16) { self.rawType = rawType }

    /// Takes a constant as Swift imports the kernel's anonymous enums, whose members all fit 14 bits.
    package init(_ rawType: Int) { self.init(UInt16(truncatingIfNeeded: rawType)) }
}

/// The value type of keys whose attribute holds further attributes.
package enum Nest {}

/// The value type of keys whose attribute carries bytes that this layer does not interpret.
package typealias RawBytes = [UInt8]

/// A 16-bit value that travels in network byte order, unlike all others, which have the host's.
package struct BigEndian16: Hashable, Sendable {
    package let value: UInt16

    package init(_ value: UInt16) { self.value = value }
}
