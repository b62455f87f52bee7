/// The name of a network interface, as the kernel accepts it.
package struct InterfaceName: Hashable, Sendable {
    /// The maximum length in bytes: `IFNAMSIZ` less the terminating zero (linux/if.h).
    package static let maximumLength = 15

    private static let refused = Array("/:%".utf8)

    package let text: String

    /// Creates a name; nil for names that the kernel refuses, and for some that it accepts.
    ///
    /// The kernel refuses a name that is empty, too long, `.` or `..`, or that contains a slash, colon or white space
    /// (`dev_valid_name` in net/core/dev.c). A percent sign is refused too, because the kernel replaces `%d` by a
    /// number (`dev_alloc_name`). So are bytes outside printable ASCII, because such names cannot be shown to a user
    /// unchanged.
    package init?(_ text: some StringProtocol) {
        guard Self.isAccepted(text, upTo: Self.maximumLength) else { return nil }
        self.text = String(text)
    }

    /// Whether a text of at most `maximumLength` bytes has the form of a name.
    static func isAccepted(_ text: some StringProtocol, upTo maximumLength: Int) -> Bool {
        let bytes = text.utf8
        guard (1...maximumLength).contains(bytes.count), text != ".", text != ".." else { return false }
        return bytes.allSatisfy { $0 > 0x20 && $0 < 0x7F && !refused.contains($0) }
    }
}

extension InterfaceName: CustomStringConvertible {
    package var description: String { text }
}
