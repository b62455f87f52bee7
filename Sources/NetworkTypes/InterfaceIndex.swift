/// The kernel's index of an interface within one network namespace; always positive.
package struct InterfaceIndex: Hashable, Sendable {
    package let number: Int32

    /// Creates an index; nil for zero and negative numbers, which mean "none" to the kernel.
    package init?(_ number: Int32) {
        guard number > 0 else { return nil }
        self.number = number
    }
}

extension InterfaceIndex: CustomStringConvertible {
    package var description: String { String(number) }
}
