import Netlink
import NetlinkTestKit
import NetworkTypes
import RouteNetlink
import SystemCalls
import TestSupport

/// Returns a valid interface name.
func name(_ text: String) throws -> InterfaceName {
    guard let name = InterfaceName(text) else { throw ChaosError("\"\(text)\" is not a valid interface name") }
    return name
}

/// Creates, changes and deletes the host's links, from one thread.
struct Host: ~Copyable {
    /// The veth links below networks; the other end of `p0` is `p1`.
    static let parents = ["p0", "p2", "p4", "p6"]
    static let ownProtocol = RouteProtocol(rawValue: 118)

    var client = RouteClient()
    /// The namespace of the other hosts, with the other ends of the parents.
    private let lan: OpenNetworkNamespace?

    /// With a LAN, the host can create parents.
    init(lan: OpenNetworkNamespace? = nil) { self.lan = lan }

    static func otherEnd(_ parent: String) -> String {
        parent.prefix(1) + String((Int(parent.dropFirst()) ?? 0) + 1)
    }

    mutating func link(_ text: String) throws -> LinkMessage? { try client.link(named: try name(text)) }

    mutating func makeParents() throws {
        try setUp("lo")
        for parent in Self.parents { try makeParent(parent) }
    }

    /// Creates a veth pair to the LAN, brings both ends up, and gives the parent its address.
    mutating func makeParent(_ parent: String) throws {
        let far = Self.otherEnd(parent)
        try client.create(NewLink(name: try name(parent), kind: .veth(peer: try name(far))))
        if let lan, let link = try link(far) {
            try client.alter(link, namespace: lan.descriptor)
            try withinLAN { host in try host.setUp(far) }
        }
        try setUp(parent)
        try addAddress(Self.address(of: parent), to: parent)
    }

    /// The host's address on a parent. Others with the same number 2 are its next ones.
    static func address(of parent: String, _ number: Int = 1) -> String { "172.31.\(parent.dropFirst()).\(number)/24" }

    /// Runs the body among the other hosts.
    func withinLAN<Value>(_ body: (inout Host) throws -> Value) throws -> Value {
        guard let lan else { throw ChaosError("this host has no LAN") }
        return try lan.within {
            var host = Host()
            return try body(&host)
        }
    }

    /// Adds an address to a link, if both the link exists and the address does not.
    mutating func addAddress(_ text: String, to name: String) throws {
        guard let link = try link(name), let prefix = IPPrefix(text) else { return }
        let address = AddressMessage(link: link.index, prefix: prefix, flags: .noDuplicateDetection)
        do throws(RouteError) {
            try client.add(address, linkName: name)
        } catch {
            guard error.errno == .alreadyExists || error.errno == .noSuchDevice else { throw error }
        }
    }

    /// Removes an address from a link, if both exist.
    mutating func removeAddress(_ text: String, from name: String) throws {
        guard let link = try link(name), let prefix = IPPrefix(text) else { return }
        do throws(RouteError) {
            try client.remove(AddressMessage(link: link.index, prefix: prefix), linkName: name)
        } catch {
            guard [.addressNotAvailable, .noSuchDevice].contains(error.errno) else { throw error }
        }
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
            .filter { $0.protocol == Self.ownProtocol }
    }

    /// Returns the kinds of networks that this kernel supports, by trying them.
    mutating func possibleKinds() throws -> [NetworkKind] {
        var possible: [String: Bool] = [:]
        for kind in Set(NetworkKind.allCases.flatMap(\.linkKinds)) { possible[kind] = try canMake(kind) }
        let canFilter = try canFilter()
        return NetworkKind.allCases.filter { kind in
            kind.linkKinds.allSatisfy { possible[$0] == true } && (canFilter || !kind.needsFilter)
        }
    }

    /// Returns whether the kernel has the filters of shims, by adding one to a parent.
    private mutating func canFilter() throws -> Bool {
        guard let link = try link(Self.parents[0]) else { return false }
        do throws(RouteError) {
            try client.addFilterDiscipline(to: link.index, named: link.name)
            try client.put(IngressFilter.passingAll(on: link.index), linkName: link.name)
        } catch {
            return false
        }
        try client.removeFilterDiscipline(from: link)
        return true
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
