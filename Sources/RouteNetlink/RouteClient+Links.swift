import CMNL
import Netlink
package import NetworkTypes
import SystemCalls

extension RouteClient where Transport: ~Copyable {
    /// All links of the network namespace.
    package mutating func links() throws(RouteError) -> [LinkMessage] {
        try dump("list the links", { () throws(EncodingError) in try LinkRequests.dump() }, LinkMessage.init(listed:))
    }

    /// The link of a name, or nothing when there is none.
    package mutating func link(named name: InterfaceName) throws(RouteError) -> LinkMessage? {
        try oneLink("look up link \"\(name)\"") { () throws(EncodingError) in try LinkRequests.get(name) }
    }

    /// The link of an index, or nothing when there is none.
    package mutating func link(at index: InterfaceIndex) throws(RouteError) -> LinkMessage? {
        try oneLink("look up link number \(index)") { () throws(EncodingError) in try LinkRequests.get(index) }
    }

    /// Makes a link, which is down at first; `parentName` is for the error's sentence only.
    ///
    /// - Returns: what has been made, where that is asked for by `isEchoed` and the kernel tells it (Linux 6.2 and
    ///   later).
    @discardableResult
    package mutating func create(
        _ link: NewLink, parentName: String? = nil, isEchoed: Bool = false
    ) throws(RouteError) -> LinkMessage? {
        let place = parentName.map { " on \"\($0)\"" } ?? ""
        var made: LinkMessage?
        try execute("create \(link.kind.name) link \"\(link.name)\"\(place)") { () throws(EncodingError) in
            try LinkRequests.create(link, isEchoed: isEchoed)
        } answers: { (message) throws(DecodingError) in
            if Int(message.type) == RTM_NEWLINK { made = try LinkMessage(decoding: message) }
        }
        return made
    }

    /// Changes a link in one step of the kernel's, which checks all before it does any but not without exception.
    package mutating func change(
        _ index: InterfaceIndex,
        named name: String,
        _ changes: LinkChanges
    ) throws(RouteError) {
        try execute("change link \"\(name)\" (\(changes))") { () throws(EncodingError) in
            try LinkRequests.change(index, changes)
        }
    }

    /// Deletes a link and all links upon it; waits for the kernel's grace period, some 17 ms.
    package mutating func delete(_ index: InterfaceIndex, named name: String) throws(RouteError) {
        try execute("delete link \"\(name)\"") { () throws(EncodingError) in try LinkRequests.delete(index) }
    }

    /// Deletes the link of a name, for one that was made a moment ago and whose index is not known yet.
    package mutating func delete(_ name: InterfaceName) throws(RouteError) {
        try execute("delete link \"\(name)\"") { () throws(EncodingError) in try LinkRequests.delete(name) }
    }

    /// Deletes all links of a group and all links upon them, and waits for the kernel's grace period once for all.
    ///
    /// None is deleted when one of them is of a kind that cannot be (`EOPNOTSUPP`: a network card), or the group is the
    /// one that links are in by default (`EPERM`); a group without links is refused (`ENODEV`; `rtnl_group_dellink` in
    /// net/core/rtnetlink.c).
    package mutating func delete(_ group: LinkGroup) throws(RouteError) {
        try execute("delete the links of group \(group.rawValue)") { () throws(EncodingError) in
            try LinkRequests.delete(group)
        }
    }

    private mutating func oneLink(
        _ operation: @autoclosure () -> String,
        _ request: () throws(EncodingError) -> MessageBuilder
    ) throws(RouteError) -> LinkMessage? {
        var found: LinkMessage?
        do throws(RouteError) {
            try execute(operation(), request) { (message) throws(DecodingError) in
                if Int(message.type) == RTM_NEWLINK { found = try LinkMessage(decoding: message) }
            }
        } catch {
            guard error.errno == .noSuchDevice else { throw error }
        }
        return found
    }
}

extension LinkChanges: CustomStringConvertible {
    /// What is changed, for an error's sentence: `up, MTU 1400`.
    package var description: String {
        [
            isUp.map { $0 ? "up" : "down" },
            name.map { "name \"\($0)\"" },
            mtu.map { "MTU \($0)" },
            macAddress.map { "MAC address \($0)" },
            alias.map { "alias \"\($0)\"" },
            group.map { "group \($0.rawValue)" },
            namespace.map { _ in "to another network namespace" },
            ipv6AddressGeneration.map { $0 == .noAddress ? "without an IPv6 address" : "with an IPv6 address" },
        ].compactMap { $0 }.joined(separator: ", ")
    }
}
