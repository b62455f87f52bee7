import DriverCore
import NetworkTypes
import RouteNetlink

/// A link as the reaper remembers it, to recognize it later.
struct RetiredLink: Hashable, Sendable {
    let index: InterfaceIndex
    let name: String
    private let kind: String?

    init(_ message: LinkMessage) {
        index = message.index
        name = message.name
        kind = message.kind?.name
    }

    /// The changes that retire a link: down, so that its addresses are free; with an alias, so that it is recognized
    /// when this program ends before it is removed; and in a group with others.
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
