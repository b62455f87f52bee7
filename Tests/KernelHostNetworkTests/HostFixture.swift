import DriverCore
import DriverTestKit
import KernelTestKit
import Logging
import Netlink
import NetlinkTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

/// Runs a body with a host in a new network namespace.
func withHost<Result: Sendable>(
    maximumBacklog: Int = 1024, _ body: @Sendable (_ host: HostFixture) throws -> Result
) async throws -> Result {
    try await withNetworkNamespace { try body(HostFixture(maximumBacklog: maximumBacklog)) }
}

/// A network namespace with a parent, `p0`, one end of a wire, as seen by the driver and by other programs.
final class HostFixture {
    let reaper: LinkReaper
    let kernel: KernelHost
    /// The ports of the sockets that `kernel` opened.
    let ports = RequestPorts()
    private var others = RouteClient()
    let parent: HostLink

    init(maximumBacklog: Int = 1024) throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        reaper = LinkReaper(logger: logger, maximumBacklog: maximumBacklog)
        kernel = KernelHost(reaper: reaper, ports: ports)
        _ = try others.makeWire()
        parent = try #require(try kernel.link(named: "p0"))
    }

    // MARK: Users and other programs

    /// Returns the names of all links.
    func names() throws -> Set<String> { Set(try others.links().map(\.name)) }

    func existing(_ name: String) throws -> LinkMessage { try others.existing(name) }

    /// Returns the routes of both families in all tables, as the kernel lists them.
    func routes() throws -> [RouteMessage] { try AddressFamily.allCases.flatMap { try others.routes($0) } }

    /// Returns the routes that programs added. The kernel adds others by itself, some of them only once IPv6 notices the
    /// carrier of a link, which may be late (net/ipv6/addrconf.c, `addrconf_add_mroute`).
    func addedRoutes() throws -> [RouteMessage] { try routes().filter { $0.protocol != .kernel } }

    func add(_ route: RouteMessage) throws { try others.add(route) }

    func remove(_ route: RouteMessage) throws { try others.remove(route) }

    func add(_ address: IPPrefix, to link: HostLink, _ flags: AddressFlags = []) throws {
        try others.add(AddressMessage(link: link.index, prefix: address, flags: flags), linkName: link.name)
    }

    func remove(_ address: IPPrefix, from link: HostLink) throws {
        try others.remove(AddressMessage(link: link.index, prefix: address), linkName: link.name)
    }

    func addresses(of link: HostLink) throws -> [IPPrefix] { try KernelRow.addresses(of: link.index) }

    func make(
        _ name: String, _ kind: LinkKind, on parent: LinkMessage? = nil, macAddress: MACAddress? = nil
    ) throws -> LinkMessage {
        try others.make(name, kind, on: parent, macAddress: macAddress)
    }

    /// Creates a link and reads it back.
    func make(_ link: NewLink) throws -> LinkMessage {
        try others.create(link)
        return try others.existing(link.name.text)
    }

    func makeWire(_ near: String, _ far: String) throws { _ = try others.makeWire(near, far) }

    /// Creates a link with `p0` as its port, brings both up, and returns its name.
    @discardableResult
    func makeMaster(_ name: String, _ kind: String, data: [UInt8] = []) throws -> String {
        let master = try make(name, .other(name: kind, data: data))
        // A link must be down to become a port of a bond or team.
        try set(parent, up: false)
        try makePort(try existing(parent.name), of: master)
        try set(parent, up: true)
        try change(master, LinkChanges(isUp: true))
        return name
    }

    func delete(_ link: HostLink) throws { try others.delete(link.index, named: link.name) }

    func set(_ link: HostLink, up: Bool) throws {
        try others.change(link.index, named: link.name, LinkChanges(isUp: up))
    }

    func change(_ link: LinkMessage, _ changes: LinkChanges) throws {
        try others.change(link.index, named: link.name, changes)
    }

    func move(_ link: LinkMessage, to other: OtherNetworkNamespace) throws {
        try others.alter(link, namespace: other.descriptor)
    }

    func alter(_ link: LinkMessage, name: InterfaceName? = nil, macAddress: MACAddress? = nil) throws {
        try others.alter(link, name: name, macAddress: macAddress)
    }

    // MARK: The driver

    /// Creates a macvlan link for an endpoint.
    func makeEndpoint(_ id: EndpointID = .web, mode: MacvlanMode = .bridge) throws -> HostLink {
        try kernel.create(plan(id, .macvlan(mode)))
    }

    /// Creates the shim of `p0`.
    func makeShim(
        _ attachment: DriverCore.Attachment = .macvlan(.bridge), sources: Set<MACAddress>?
    ) throws -> HostLink {
        let name = try #require(LinkNames.shim(on: LinkName("p0")))
        // Read again: it may have been set down.
        let parent = try #require(try kernel.link(named: "p0"))
        return try kernel.create(
            HostLinkPlan(name: name, kind: .shim(attachment, parent: parent, sources: sources), owner: .shim))
    }

    /// Creates macvlan links for a number of endpoints.
    func makeEndpoints(_ count: Int) throws -> [LinkMessage] {
        try (0..<count).map { try existing(try makeEndpoint(EndpointID(unchecked: "e\($0)")).name) }
    }

    func plan(_ id: EndpointID, _ attachment: DriverCore.Attachment, mac: MACAddress? = nil) throws -> HostLinkPlan {
        let name = try #require(LinkNames.endpoint(id))
        return HostLinkPlan(
            name: name, kind: .endpoint(attachment, parent: parent), owner: .endpoint(id), macAddress: mac)
    }

    /// Marks a link as retired, which the reaper requires before it removes the link.
    func markRetired(_ link: LinkMessage, in group: LinkGroup) throws { try change(link, RetiredLink.mark(group)) }

    /// Retires links in one group, which is removed only after the body.
    func retireTogether(_ links: [LinkMessage], _ body: (LinkGroup) throws -> Void = { _ in }) throws {
        try retire(links[...], body)
        try waitForRemovals()
    }

    /// Retires each link while the one before it is being retired.
    private func retire(_ links: ArraySlice<LinkMessage>, _ body: (LinkGroup) throws -> Void) throws {
        guard let link = links.first else { return }
        try reaper.remove(RetiredLink(link)) { (group) throws(any Error) in
            try markRetired(link, in: group)
            if links.count > 1 { try retire(links.dropFirst(), body) } else { try body(group) }
        }
    }

    /// Blocks until all removals are done. Not async, because the code must stay on the thread that is in the namespace.
    func waitForRemovals() throws {
        try waitFor("the removal of all links", pollingEvery: 200, reading: { reaper.removing }) { $0.isEmpty }
    }
}
