import DriverCore
import DriverTestKit
import KernelTestKit
import Netlink
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite("Shims in the kernel", .needsNetworkNamespaces, .needs(.veth), .needs(.macvlan))
struct ShimTests {
    @Test(
        "A shim is created up, with its alias and filter and without an IPv6 address", .needsIngressFilters,
        arguments: [true, false])
    func create(parentIsUp: Bool) async throws {
        try await withHost { host in
            try host.set(host.parent, up: parentIsUp)
            let shim = try host.makeShim(sources: [.web])
            let made = try host.existing("sh-p0")
            #expect(made.isUp)
            #expect(made.alias == "swiftvlan shim")
            #expect(made.group == .default)
            #expect(shim == HostLink(made))
            #expect(shim.kind == .macvlan(.bridge))
            try expect(host.kernel.sources(of: shim), equals: [.web])
            try host.set(host.parent, up: true)
            try expect(host.addresses(of: shim), equals: [])
        }
    }

    @Test(
        "A shim that is created again has the same MAC address, which is not its parent's",
        arguments: [MACAddress(bits: 0x0242_AC11_0009), MACAddress(bits: 0x5E42_AC11_0009)])
    func sameAddress(parent: MACAddress) async throws {
        try await withHost { host in
            try host.alter(try host.existing("p0"), macAddress: parent)
            let first = try host.makeShim(sources: nil)
            _ = try host.kernel.retire(first)
            try host.waitForRemovals()
            let second = try host.makeShim(sources: nil)
            #expect(second.macAddress == first.macAddress)
            #expect(second.macAddress != parent)
            #expect(second.macAddress?.isMulticast == false)
        }
    }

    @Test("A shim has its filter before it is up, and its alias last", .needsIngressFilters)
    func order() async throws {
        try await withHost { host in
            var operations: [String] = []
            host.kernel.client.trace = { operation, _, _, _ in operations.append(operation()) }
            _ = try host.makeShim(sources: [.web])
            #expect(
                operations.suffix(4) == [
                    "change link \"sh-p0\" (without an IPv6 address)", "add clsact to link \"sh-p0\"",
                    "set the filter of link \"sh-p0\"",
                    "change link \"sh-p0\" (up, alias \"swiftvlan shim\", group 0)",
                ])
        }
    }

    @Test("A shim whose filter is refused leaves nothing behind", .needsIngressFilters)
    func undone() async throws {
        try await withHost { host in
            let before = try host.names()
            let tooMany = Set((0...UInt64(HostLimits.shimSources)).map(MACAddress.init(bits:)))
            let error = #expect(throws: DriverError.self) { try host.makeShim(sources: tooMany) }
            #expect(
                error?.message == """
                    set the filter of link "sh-p0": it has room for 1300 MAC addresses, not 1301; put the containers on \
                    several parents
                    """)
            try host.waitForRemovals()
            try expect(host.names(), equals: before)
        }
    }

    @Test("The sources of a shim are replaced, from none to as many as fit", .needsIngressFilters)
    func sources() async throws {
        try await withHost { host in
            let shim = try host.makeShim(sources: [.web])
            let most = UInt64(HostLimits.shimSources)
            let sets: [Set<MACAddress>] = [
                [], [.web, .mail], Set((0..<most).map { MACAddress(bits: 0x0242_AC11_0000 + $0) }),
                // No two of them share their first two octets.
                Set((0..<most).map { MACAddress(bits: $0 << 34 | 7) }), [.mail],
            ]
            for sources in sets {
                try host.kernel.setSources(sources, of: shim)
                try expect(host.kernel.sources(of: shim), equals: sources)
                // A new connection has not seen an answer yet.
                try expect(KernelHost(reaper: host.reaper).sources(of: shim), equals: sources)
            }
        }
    }

    @Test("A shim without a filter, or with one of another program, has no sources", .needsIngressFilters)
    func foreignFilter() async throws {
        try await withHost { host in
            let shim = try host.makeShim(sources: nil)
            try expect(host.kernel.sources(of: shim), equals: nil)
            try host.kernel.setSources([.web], of: shim)
            var client = RouteClient()
            let passAll = [FilterInstruction(code: 6, operand: UInt32.max)]
            try client.put(IngressFilter(link: shim.index, program: passAll), linkName: shim.name)
            try expect(host.kernel.sources(of: shim), equals: nil)
            try host.kernel.setSources([.web], of: shim)
            try expect(host.kernel.sources(of: shim), equals: [.web])
            try client.put(IngressFilter(link: shim.index, priority: 2, program: passAll), linkName: shim.name)
            try expect(host.kernel.sources(of: shim), equals: [.web])
        }
    }

    @Test("An address of a shim is added and removed any number of times, without a route")
    func addresses() async throws {
        try await withHost { host in
            let shim = try host.makeShim(sources: nil)
            let before = try host.addedRoutes()
            let own: [IPAddress] = ["10.0.0.1", "fd00::1"]
            for address in own + own { try host.kernel.add(address, to: shim) }
            try expect(Set(host.addresses(of: shim)), equals: ["10.0.0.1/32", "fd00::1/128"])
            try expect(host.addedRoutes(), equals: before)
            // The address is usable as a source at once.
            try host.kernel.add(HostRoute(to: "fd00::11/128", over: shim.index, from: "fd00::1"))
            for address in own + own { try host.kernel.remove(address, from: shim) }
            try expect(host.addresses(of: shim), equals: [])
            try host.delete(shim)
            for address in own { try host.kernel.remove(address, from: shim) }
        }
    }

    @Test("A neighbor of a shim is permanent, and is added, replaced and removed any number of times")
    func neighbors() async throws {
        try await withHost { host in
            let shim = try host.makeShim(sources: nil)
            let addresses: [IPAddress] = ["10.0.0.11", "fd00::11"]
            for mac in [MACAddress.web, .web, .mail] {
                for address in addresses {
                    try host.kernel.add(HostNeighbor(address, at: mac, on: shim.index))
                }
                try expect(
                    Set(host.kernel.neighbors(on: shim)),
                    equals: Set(addresses.map { HostNeighbor($0, at: mac, on: shim.index) }))
            }
            try expect(host.kernel.neighbors(on: host.parent), equals: [])
            var client = RouteClient()
            let others = try client.neighbors(on: shim.index)
            #expect(others.filter { $0.protocol == .swiftvlan }.allSatisfy { $0.state == .permanent })
            for address in addresses + addresses {
                try host.kernel.remove(HostNeighbor(address, at: .mail, on: shim.index))
            }
            try expect(host.kernel.neighbors(on: shim), equals: [])
            try host.delete(shim)
            try host.kernel.remove(HostNeighbor("10.0.0.11", at: .mail, on: shim.index))
            let error = #expect(throws: DriverError.self) {
                try host.kernel.add(HostNeighbor("10.0.0.11", at: .mail, on: shim.index))
            }
            #expect(error?.message == "add neighbor 10.0.0.11: link index \(shim.index) does not exist")
        }
    }

    @Test("A neighbor that another program added to a shim is not the driver's")
    func foreignNeighbor() async throws {
        try await withHost { host in
            let shim = try host.makeShim(sources: nil)
            var client = RouteClient()
            for (address, origin) in [("10.0.0.12", RouteProtocol.static), ("10.0.0.13", nil)] {
                try client.put(
                    NeighborMessage(
                        link: shim.index, address: try KernelTestKit.address(address), macAddress: .web,
                        protocol: origin),
                    linkName: shim.name)
            }
            try expect(host.kernel.neighbors(on: shim), equals: [])
        }
    }

    @Test("The driver says how IPv6 is switched off on a shim", arguments: [true, false])
    func ipv6Off(byMTU: Bool) async throws {
        try await withHost { host in
            let shim = try host.makeShim(sources: nil)
            if byMTU {
                try host.kernel.setMTU(1000, of: shim)
            } else {
                try setKernelSetting("net/ipv6/conf/\(shim.name)/disable_ipv6", to: "1")
            }
            let now = try #require(try host.kernel.link(at: shim.index))
            let refusals = [
                #expect(throws: DriverError.self) { try host.kernel.add("fd00::1", to: now) },
                #expect(throws: DriverError.self) {
                    try host.kernel.add(HostNeighbor("fd00::11", at: .web, on: shim.index))
                },
            ]
            for error in refusals {
                #expect(error?.refusal == (byMTU ? .other : .ipv6Off))
                if byMTU { #expect(error?.message.hasSuffix("IPv6 needs a link with an MTU of 1280 or more") == true) }
            }
            try host.kernel.remove("fd00::1", from: now)
            try host.kernel.remove(HostNeighbor("fd00::11", at: .web, on: shim.index))
        }
    }
}

@Suite("Shims in a kernel without filters", .needsNetworkNamespaces, .needs(.veth), .needs(.macvlan))
struct ShimRefusalTests {
    @Test("A kernel without clsact refuses a shim with a filter, and the error names the modules", .lacksIngressFilters)
    func refused() async throws {
        try await withHost { host in
            let before = try host.names()
            let error = #expect(throws: DriverError.self) { try host.makeShim(sources: [.web]) }
            #expect(error?.refusal == .filterNotSupported)
            #expect(
                error?.message.hasSuffix(
                    """
                    the kernel needs the modules sch_ingress and cls_bpf: load them with `modprobe -a sch_ingress cls_bpf`, \
                    or use a kernel that has them
                    """) == true)
            try host.waitForRemovals()
            try expect(host.names(), equals: before)
            let shim = try host.makeShim(sources: nil)
            try expect(host.kernel.sources(of: shim), equals: nil)
        }
    }

    @Test(
        "A shim can be an ipvlan link of each mode without a filter", .needs(.ipvlan),
        arguments: [IPvlanMode.l2, .l3, .l3s])
    func ipvlan(mode: IPvlanMode) async throws {
        try await withHost { host in
            let shim = try host.makeShim(.ipvlan(mode, .bridge), sources: nil)
            try host.kernel.add("10.0.0.99", to: shim)
            try host.kernel.add("fd00::99", to: shim)
            try expect(Set(host.addresses(of: shim)), equals: ["10.0.0.99/32", "fd00::99/128"])
            #expect(shim.isUp)
            #expect(shim.kind == .ipvlan(mode, .bridge))
        }
    }
}

extension MACAddress {
    static let web = MACAddress(bits: 0x0242_AC11_0002)
    static let mail = MACAddress(bits: 0x0242_AC11_0003)
}
