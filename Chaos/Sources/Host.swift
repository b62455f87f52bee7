import Netlink
import NetlinkTestKit
import NetworkTypes
import RouteNetlink
import SystemCalls

/// Returns a valid interface name.
func name(_ text: String) throws -> InterfaceName {
    guard let name = InterfaceName(text) else { throw ChaosError("\"\(text)\" is not a valid interface name") }
    return name
}

/// Creates, changes and deletes the host's links, from one thread.
struct Host: ~Copyable {
    /// The veth links below networks; the other end of `p0` is `p1`.
    static let parents = ["p0", "p2", "p4", "p6"]

    var client = RouteClient()

    init() {}

    static func otherEnd(_ parent: String) -> String {
        parent.prefix(1) + String((Int(parent.dropFirst()) ?? 0) + 1)
    }

    mutating func link(_ text: String) throws -> LinkMessage? { try client.link(named: try name(text)) }

    mutating func makeParents() throws {
        try setUp("lo")
        for parent in Self.parents { try makeParent(parent) }
    }

    /// Creates a veth pair and brings both ends up.
    mutating func makeParent(_ parent: String) throws {
        let far = Self.otherEnd(parent)
        try client.create(NewLink(name: try name(parent), kind: .veth(peer: try name(far))))
        try setUp(parent)
        try setUp(far)
    }

    mutating func setUp(_ text: String) throws { try change(text, LinkChanges(isUp: true)) }

    /// Changes a link, if it exists.
    mutating func change(_ text: String, _ changes: LinkChanges) throws {
        guard let link = try link(text) else { return }
        try client.change(link.index, named: text, changes)
    }

    /// Renames a link, if it exists.
    mutating func rename(_ text: String, to newName: String) throws {
        guard let link = try link(text) else { return }
        try client.alter(link, name: try name(newName))
    }

    /// Deletes a link, if it exists, with all its upper links.
    mutating func delete(_ text: String) throws {
        guard let link = try link(text) else { return }
        do throws(RouteError) {
            try client.delete(link.index, named: text)
        } catch {
            guard error.errno == .noSuchDevice else { throw error }
        }
    }

    /// Deletes links in one request.
    mutating func deleteTogether(_ names: [String]) throws {
        let group = LinkGroup(rawValue: 77)
        for name in names { try change(name, LinkChanges(group: group)) }
        try client.delete(group)
    }

    /// Creates a VLAN link as another program would, with a VLAN ID that no network uses.
    mutating func makeForeignVLAN(_ text: String, on parent: String) throws(RouteError) {
        guard let name = InterfaceName(text), let lowerName = InterfaceName(parent), let id = VLANID(4001),
            let lower = try client.link(named: lowerName)
        else { return }
        let kind = LinkKind.vlan(VLANLink(tag: VLANTag(id: id)))
        try client.create(NewLink(name: name, kind: kind, parent: lower.index), parentName: parent)
    }

    /// Creates a VLAN link with an alias, as an orphan of the daemon.
    mutating func makeVLAN(_ text: String, on parent: String, number: UInt16, alias: String) throws {
        guard let lower = try link(parent), let id = VLANID(number) else {
            throw ChaosError("cannot create VLAN link \(text)")
        }
        let kind = LinkKind.vlan(VLANLink(tag: VLANTag(id: id)))
        try client.create(NewLink(name: try name(text), kind: kind, parent: lower.index), parentName: parent)
        try change(text, LinkChanges(alias: alias))
    }

    /// The routes with the daemon's protocol number.
    mutating func ownRoutes() throws -> [RouteMessage] {
        try client.routes(.ipv4, table: RouteMessage.mainTable)
            .filter { $0.protocol == RouteProtocol(rawValue: 118) }
    }

    /// Returns the kinds of networks that this kernel supports, by trying them.
    mutating func possibleKinds() throws -> [NetworkKind] {
        var possible: [String: Bool] = [:]
        for kind in Set(NetworkKind.allCases.flatMap(\.linkKinds)) { possible[kind] = try canMake(kind) }
        return NetworkKind.allCases.filter { $0.linkKinds.allSatisfy { possible[$0] == true } }
    }

    private mutating func canMake(_ kind: String) throws -> Bool {
        let probe = try name("probe")
        do throws(RouteError) {
            try client.create(NewLink(name: probe, kind: .other(name: kind, data: [])))
        } catch {
            // The kernel's error for an unknown kind. Any other error comes from the kind's own code.
            return error.errno != .notSupported
        }
        try client.delete(probe)
        return true
    }
}
