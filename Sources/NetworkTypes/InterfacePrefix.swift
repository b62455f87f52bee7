/// The prefix of a container interface's name; the engine appends a number, so `lan` becomes `lan0`.
package struct InterfacePrefix: Hashable, Sendable {
    /// The maximum length in bytes, with room for three digits.
    ///
    /// Before 28.0, the engine keeps counting with each interface that it gives a container, even if earlier ones are
    /// gone (moby libnetwork/osl/namespace_linux.go, `nextIfIndex`).
    package static let maximumLength = InterfaceName.maximumLength - 3
    /// The engine's default prefix.
    package static let standard = InterfacePrefix(unchecked: "eth")

    package let text: String

    /// Creates a prefix; nil if it is empty or the kernel would refuse names that begin with it.
    package init?(_ text: some StringProtocol) {
        guard !text.isEmpty, InterfaceName(text + "000") != nil else { return nil }
        self.text = String(text)
    }

    private init(unchecked text: String) { self.text = text }
}

extension InterfacePrefix: CustomStringConvertible {
    package var description: String { text }
}
