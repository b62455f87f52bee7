/// The name of a network interface, as the kernel accepts it.
package struct InterfaceName: Hashable, Sendable {
    /// The longest name in bytes: `IFNAMSIZ` less the terminating zero (linux/if.h).
    package static let maximumLength = 15

    private static let refused = Array("/:%".utf8)

    package let text: String

    /// Makes a name; nil when the kernel would refuse it (`dev_valid_name` in net/core/dev.c): empty, too long, `.`,
    /// `..`, or with a slash, colon or white space. A percent sign is refused, because the kernel takes `%d` for a
    /// template and puts a number in (`dev_alloc_name`). Bytes outside printable ASCII are refused too: such names
    /// cannot be shown to a user unchanged.
    package init?(_ text: some StringProtocol) {
        guard Self.isAccepted(text, upTo: Self.maximumLength) else { return nil }
        self.text = String(text)
    }

    /// Whether a text of no more than so many bytes has the form of a name.
    static func isAccepted(_ text: some StringProtocol, upTo maximumLength: Int) -> Bool {
        let bytes = text.utf8
        guard (1...maximumLength).contains(bytes.count), text != ".", text != ".." else { return false }
        return bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F && !refused.contains($0) }
    }
}

extension InterfaceName: CustomStringConvertible {
    package var description: String { text }
}
