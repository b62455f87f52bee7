/// A name by which the kernel finds a link: its own, or an alternative one (ip-link(8), `altname`).
///
/// An alternative name stays with a NIC even if the kernel gives it another name at the next boot.
package struct LinkName: Hashable, Sendable {
    /// The maximum length in bytes: `ALTIFNAMSIZ` less the terminating zero (linux/if.h).
    package static let maximumLength = 127

    package let text: String

    /// Creates a name; nil for a name that no link can have.
    ///
    /// iproute2 applies the rules for links' own names to alternative names, except for the length (`check_altifname`
    /// in lib/utils.c).
    package init?(_ text: some StringProtocol) {
        guard InterfaceName.isAccepted(text, upTo: Self.maximumLength) else { return nil }
        self.text = String(text)
    }

    package init(_ name: InterfaceName) { text = name.text }
}

extension LinkName: CustomStringConvertible {
    package var description: String { text }
}
