import DriverCore
import NetworkTypes
import RouteNetlink

/// What the reaper knows of a link, to recognise it when its turn comes.
struct RetiredLink: Hashable, Sendable {
    let index: InterfaceIndex
    let name: String
    private let kind: String?

    init(_ message: LinkMessage) {
        index = message.index
        name = message.name
        kind = message.kind?.name
    }

    /// What makes the link a retired one: down, so that its addresses are free; with a mark, so that it is known for
    /// what it is should this program end before it could be removed; and in a group with others.
    static func mark(_ group: LinkGroup) -> LinkChanges {
        LinkChanges(isUp: false, alias: LinkOwner.retired.alias, group: group)
    }

    /// Whether the kernel's link of this index is this one still: an index may go to another link.
    func isSame(as message: LinkMessage) -> Bool {
        index == message.index && kind == message.kind?.name && message.isRetired
    }
}

extension LinkMessage {
    /// Whether the link carries the mark of a retired one, which this program alone writes.
    var isRetired: Bool { alias == LinkOwner.retired.alias }
}
