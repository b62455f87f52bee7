import NetworkTypes

/// What a user's `parent=` can mean, before the host is looked at.
///
/// A link of exactly that name always wins, whatever dots it has; only without one is `LINK.VID` a VLAN to be made.
struct ParentChoice {
    let text: String

    /// The text as the name of a link, where it can be one.
    var linkName: InterfaceName? { InterfaceName(text) }

    /// The text as `LINK.VID`: cut at the last dot, because names of links may have dots themselves.
    var vlan: (lower: String, id: String)? {
        guard let dot = text.lastIndex(of: "."), dot != text.startIndex else { return nil }
        let id = text[text.index(after: dot)...]
        guard !id.isEmpty, id.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return (String(text[..<dot]), String(id))
    }
}
