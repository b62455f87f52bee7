/// A name that the kernel finds a link by: the link's own, or an alternative one (ip-link(8), `altname`), which stays with
/// a card whatever name the kernel gives that at the next boot.
package struct LinkName: Hashable, Sendable {
    /// The longest name in bytes: `ALTIFNAMSIZ` less the terminating zero (linux/if.h).
    package static let maximumLength = 127

    package let text: String

    /// Makes a name; nil for one that no link of the user's has: iproute2 gives alternative names by the rules of links'
    /// own names, but for the length (`check_altifname` in lib/utils.c).
    package init?(_ text: some StringProtocol) {
        guard InterfaceName.isAccepted(text, upTo: Self.maximumLength) else { return nil }
        self.text = String(text)
    }

    package init(_ name: InterfaceName) { text = name.text }
}

extension LinkName: CustomStringConvertible {
    package var description: String { text }
}
