/// The type of an attribute together with the type of its value.
///
/// The width of a value is part of the kernel's interface and differs unexpectedly: a macvlan's mode has 32 bits, an
/// ipvlan's has 16. The key's type fixes the width, so a value of the wrong width does not compile.
package struct AttributeKey<Value>: Sendable {
    package let rawType: UInt16

    package init(_ rawType: UInt16) { self.rawType = rawType }

    /// Creates a key from a member of one of the kernel's anonymous enums, which Swift imports as `Int`; all fit 14
    /// bits.
    package init(_ rawType: Int) { self.init(UInt16(truncatingIfNeeded: rawType)) }
}

/// The value type of keys whose attribute holds further attributes.
package enum Nest {}

/// The value type of keys whose attribute carries bytes that this layer does not interpret.
package typealias RawBytes = [UInt8]

/// A 16-bit value in network byte order; all other numbers have the host's.
package struct BigEndian16: Hashable, Sendable {
    package let value: UInt16

    package init(_ value: UInt16) { self.value = value }
}
