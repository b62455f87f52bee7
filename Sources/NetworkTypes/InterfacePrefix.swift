/// What the name of a container's interface begins with; the engine appends a number, so that `lan` becomes `lan0`.
package struct InterfacePrefix: Hashable, Sendable {
    /// The longest prefix in bytes. Three digits have to fit: before 28.0 the engine counts on with each interface that it
    /// gives a container, also where earlier ones are gone (libnetwork/osl, `nextIfIndex`).
    package static let maximumLength = InterfaceName.maximumLength - 3
    /// The engine's own prefix.
    package static let standard = InterfacePrefix(unchecked: "eth")

    package let text: String

    /// Makes a prefix; nil when it is empty or when the kernel would refuse the names that begin with it.
    package init?(_ text: some StringProtocol) {
        guard !text.isEmpty, InterfaceName(text + "000") != nil else { return nil }
        self.text = String(text)
    }

    private init(unchecked text: String) { self.text = text }
}

extension InterfacePrefix: CustomStringConvertible {
    package var description: String { text }
}
