import DriverCore
import DriverTestKit
import KernelTestKit
import Logging
import NetlinkTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

/// A system inside the host, such as an LXC container. Its link eth0 is a macvlan or ipvlan link on the host's p0.
private final class InnerSystem {
    private let namespace: OtherNetworkNamespace
    private let reaper: LinkReaper
    let kernel: KernelHost
    var driver: Driver

    init(_ kind: LinkKind, on host: HostFixture) throws {
        let namespace = try OtherNetworkNamespace()
        try host.move(try host.make("outer0", kind, on: try host.existing("p0")), to: namespace)
        try namespace.client.alter(try namespace.client.existing("outer0"), name: "eth0")
        try namespace.client.setUp("eth0")
        // These links have the same indexes as links of the host.
        for number in 1...3 { _ = try namespace.client.makeWire("w\(number)", "x\(number)") }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let reaper = LinkReaper(logger: logger)
        let kernel = KernelHost(reaper: reaper)
        (self.namespace, self.reaper, self.kernel) = (namespace, reaper, kernel)
        driver = try namespace.within {
            // A socket stays in the namespace in which it is opened.
            _ = try kernel.links()
            return try Driver(host: kernel, store: MemoryStore())
        }
    }

    func link(_ name: LinkName) throws -> HostLink { try #require(try kernel.link(named: name)) }

    func message(_ name: String) throws -> LinkMessage { try namespace.client.existing(name) }

    func names() throws -> Set<String> { Set(try kernel.links().map(\.name)) }

    func createNetwork(_ options: [String: String]) throws {
        try within {
            try $0.createNetwork(
                NetworkRequest(id: .first, options: options, pools: [AddressPool(subnet: "192.168.50.0/24")]))
        }
    }

    /// Starts a container and returns the name of its link.
    func start() throws -> String {
        try within {
            _ = try $0.createEndpoint(
                EndpointRequest(id: .web, networkID: .first, addresses: ["192.168.50.10/24"]))
            return try $0.join(.web, network: .first).linkName.text
        }
    }

    /// Calls the driver in the system's namespace, which the reaper's thread inherits.
    func within<Result>(_ body: (inout Driver) throws -> Result) throws -> Result {
        try namespace.within { try body(&driver) }
    }

    func waitForRemovals() throws {
        try waitFor("the removal of all links", pollingEvery: 200, reading: { reaper.removing }) { $0.isEmpty }
    }
}

@Suite(
    "Parents that are macvlan or ipvlan links of an outer system", .needsNetworkNamespaces, .needs(.veth),
    .needs(.macvlan))
struct NestedParentTests {
    private static func macvlan(_ mode: MacvlanMode) -> LinkKind { .macvlan(MacvlanLink(mode: mode)) }
    private static func ipvlan(_ mode: IPvlanMode) -> LinkKind { .ipvlan(IPvlanLink(mode: mode, flag: .bridge)) }

    @Test(
        "Macvlan networks work on a macvlan link of an outer system", arguments: [MacvlanMode.bridge, .private, .vepa])
    func macvlanOnMacvlan(_ mode: MacvlanMode) async throws {
        try await withHost { host in
            let inner = try InnerSystem(Self.macvlan(mode), on: host)
            let before = try inner.names()
            // The index of p0 in the outer system belongs to another link here.
            try expect(inner.link("eth0").lowerIndex, equals: nil)
            try expect(inner.message("eth0").lowerIndex, equals: host.parent.index)
            #expect(try inner.kernel.link(at: host.parent.index) != nil)
            try inner.createNetwork(["parent": "eth0", "mode": "bridge"])
            let name = try inner.start()
            // The kernel created it on p0 of the outer system.
            try expect(inner.message(name).lowerIndex, equals: host.parent.index)
            #expect(try inner.message(name).lowerNamespace != nil)
            try expect(inner.link(#require(LinkName(name))).kind, equals: .macvlan(.bridge))
            for second in [0, 40] {
                let round = try inner.within { $0.reconcile(at: .seconds(second), .everywhere) }
                #expect(!round.isUnfinished)
            }
            #expect(try inner.names().contains(name))
            try inner.within {
                _ = try $0.deleteEndpoint(.web)
                _ = try $0.deleteNetwork(.first)
            }
            try inner.waitForRemovals()
            try expect(inner.names(), equals: before)
        }
    }

    @Test("A macvlan link on a macvlan link of an outer system conflicts with that system's links")
    func conflict() async throws {
        try await withHost { host in
            let inner = try InnerSystem(Self.macvlan(.bridge), on: host)
            let mac: MACAddress = "02:42:ac:11:00:02"
            let link = try inner.within { _ in
                try inner.kernel.create(
                    HostLinkPlan(
                        name: "sva0b1c2d3e4f5", kind: .endpoint(.macvlan(.bridge), parent: try inner.link("eth0")),
                        owner: .endpoint(.web), macAddress: mac))
            }
            #expect(try inner.kernel.isUsable(link, with: []))
            let other = try host.make(
                "users", Self.macvlan(.bridge), on: try host.existing("p0"), macAddress: mac)
            try host.change(other, LinkChanges(isUp: true))
            #expect(try !inner.kernel.isUsable(link, with: []))
        }
    }

    /// The kind of the outer system's link, the mode of the network on it, and whether that combination works.
    static let mixes: [(LinkKind, String, Bool)] = [
        (macvlan(.bridge), "passthru", false), (macvlan(.passthru), "bridge", false),
        (macvlan(.passthru), "passthru", false), (macvlan(.bridge), "l2", true), (macvlan(.passthru), "l2", true),
        (macvlan(.bridge), "l3", true), (ipvlan(.l2), "l2", true), (ipvlan(.l3s), "l3s", true),
        (ipvlan(.l2), "bridge", false), (ipvlan(.l2), "l3", false),
    ]

    @Test(
        "A network on a link of an outer system works or is refused with our own message, and that link is unchanged",
        arguments: mixes
    )
    func mix(_ kind: LinkKind, _ mode: String, _ works: Bool) async throws {
        let kinds = [kind.name, mode.hasPrefix("l") ? "ipvlan" : "macvlan"]
        if kinds.contains("ipvlan"), await !OptionalLinkKind.ipvlan.isInKernel() { return }
        try await withHost { host in
            let inner = try InnerSystem(kind, on: host)
            let outer = try inner.link("eth0").kind
            if works {
                try inner.createNetwork(["parent": "eth0", "mode": mode])
                let name = try inner.start()
                #expect(try inner.names().contains(name))
            } else {
                let words = try #require(throws: DriverError.self) {
                    try inner.createNetwork(["parent": "eth0", "mode": mode])
                }
                #expect(words.message.hasPrefix(#""eth0" is a"#), "\(words)")
            }
            try expect(inner.link("eth0").kind, equals: outer)
        }
    }

    @Test(
        "A VLAN on an ipvlan link is refused by the kernel, and by the driver with its own message", .needs(.ipvlan),
        .needs(.vlan))
    func vlanOnIPvlan() async throws {
        try await withHost { host in
            let inner = try InnerSystem(Self.ipvlan(.l2), on: host)
            let refusal = try #require(throws: DriverError.self) {
                try inner.kernel.create(
                    HostLinkPlan(name: "eth0.50", kind: .vlan(50, lower: try inner.link("eth0")), owner: .vlan))
            }
            #expect(refusal.refusal == .other)
            #expect(refusal.message.hasSuffix("VLANs not supported on device"), "\(refusal)")
            let words = try #require(throws: DriverError.self) {
                try inner.createNetwork(["parent": "eth0.50", "mode": "l2"])
            }
            #expect(words.message.hasPrefix(#""eth0" is an ipvlan link (l2), which carries no VLAN tags"#), "\(words)")
        }
    }
}
