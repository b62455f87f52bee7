import DriverCore
import NetworkTypes
import RouteNetlink

/// A retired link, with the properties by which the reaper recognizes it later.
struct RetiredLink: Hashable, Sendable {
    let index: InterfaceIndex
    let name: String
    private let kind: String?

    init(_ message: LinkMessage) {
        index = message.index
        name = message.name
        kind = message.kind?.name
    }

    /// Returns the changes that retire a link.
    ///
    /// The link is brought down, so that its addresses are free. Its new alias identifies it if this program ends
    /// before the link is removed. The group collects links that are removed together.
    static func mark(_ group: LinkGroup) -> LinkChanges {
        LinkChanges(isUp: false, alias: LinkOwner.retired.alias, group: group)
    }

    /// Whether the kernel's link of this index is still the same: the kernel reuses indexes.
    func isSame(as message: LinkMessage) -> Bool {
        index == message.index && kind == message.kind?.name && message.isRetired
    }
}

extension LinkMessage {
    /// Whether the link has the alias of retired links, which only this program writes.
    var isRetired: Bool { alias == LinkOwner.retired.alias }
}
