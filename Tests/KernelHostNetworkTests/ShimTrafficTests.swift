import DriverCore
import DriverTestKit
import Glibc
import KernelTestKit
import Netlink
import NetworkTypes
import PacketSocket
import RouteNetlink
import Synchronization
import SystemCalls
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite(
    "Traffic through shims", .needsNetworkNamespaces, .needs(.veth), .needs(.macvlan), .needsIngressFilters,
    .timeLimit(.minutes(5)))
struct ShimTrafficTests {
    @Test("The host and a container reach each other through a shim, and the LAN reaches the host")
    func ways() async throws {
        try await withNetworkNamespace {
            let network = try ShimLAN()
            let host = try AddressFamily.allCases.map { try EchoSocket($0) }
            let container = try network.container.within { try AddressFamily.allCases.map { try EchoSocket($0) } }
            let lan = try network.lan.within { try AddressFamily.allCases.map { try EchoSocket($0) } }
            let shim = try network.makeShim()
            for family in 0..<2 {
                let (own, other) = (ShimLAN.hosts[family], ShimLAN.containers[family])
                try host[family].reach(other)
                try container[family].reach(own)
                try lan[family].reach(own)
                try lan[family].reach(other)
            }
            // The filter works: without the container's MAC address among the sources, nothing of it passes.
            try network.host.kernel.setSources([], of: shim)
            let brief = try EchoSocket(.ipv4, timeLimit: 100)
            #expect(!brief.ping(ShimLAN.containers[0]))
        }
    }

    @Test("The LAN's questions about the host's address are answered by the parent only", arguments: ShimLAN.hosts)
    func questions(_ address: IPAddress) async throws {
        try await withNetworkNamespace {
            let network = try ShimLAN()
            let shim = try #require(try network.makeShim().macAddress)
            // Without a filter it answers, so that its answer shows when the shim would have answered.
            let control = try #require(try network.makeControl().macAddress)
            let questioner = try LANQuestioner(network)
            for question in try network.questions(about: address) {
                let answered = try questioner.ask(question, until: control, answeredTimes: 5)
                #expect(answered.contains(try #require(network.host.parent.macAddress)))
                #expect(!answered.contains(shim))
            }
        }
    }

    @Test("A router advertisement gives a shim neither an address nor a route")
    func routerAdvertisement() async throws {
        try await withNetworkNamespace {
            let network = try ShimLAN()
            let shim = try network.makeShim()
            let control = try network.makeControl()
            let questioner = try LANQuestioner(network)
            // The control link handles the second one after the shim has handled the first.
            for prefix: IPPrefix in ["fd55::/64", "fd56::/64"] {
                let frame = try routerAdvertisement(of: prefix, from: try #require(network.far.macAddress))
                try questioner.send(frame, type: .ipv6)
                try waitFor("the address in \(prefix)", reading: { try network.host.addresses(of: control) }) {
                    $0.contains { prefix.contains($0.address) }
                }
            }
            try expect(Set(network.host.addresses(of: shim)), equals: ["10.0.0.1/32", "fd00::1/128"])
            let learned = try network.host.routes().filter { $0.protocol == .routerAdvertisement }
            #expect(!learned.contains { $0.link == shim.index })
            let defaults = try network.host.routes().filter { $0.destination.length == 0 }.map(\.link)
            #expect(defaults.contains(control.index))
        }
    }

    @Test("The LAN loses no ping to the host while shims are created, used and removed")
    func soak() async throws {
        try await withNetworkNamespace {
            let network = try ShimLAN()
            let lan = try network.lan.within { try AddressFamily.allCases.map { try EchoSocket($0) } }
            let host = try AddressFamily.allCases.map { try EchoSocket($0) }
            let sent = Atomic(0)
            let lost = Atomic(0)
            for (socket, address) in zip(lan, ShimLAN.hosts) { try socket.reach(address) }
            let questioner = try LANQuestioner(network)
            let questions = try ShimLAN.hosts.flatMap { try network.questions(about: $0) }
            var answered: Set<MACAddress> = []
            var learned: Set<MACAddress> = []
            try whileRepeating {
                for (family, address) in ShimLAN.hosts.enumerated() {
                    sent.add(1, ordering: .relaxed)
                    if !lan[family].ping(address) { lost.add(1, ordering: .relaxed) }
                }
                usleep(2000)
            } _: {
                for _ in 0..<12 {
                    let shim = try network.makeShim()
                    for (socket, other) in zip(host, ShimLAN.containers) { try socket.reach(other) }
                    for question in questions { try questioner.send(question) }
                    usleep(20_000)
                    try network.removeShim(shim)
                    try network.host.waitForRemovals()
                    answered.formUnion(try questioner.answers())
                    let entries = try network.lan.client.neighbors(on: network.far.index)
                    learned.formUnion(entries.filter { ShimLAN.hosts.contains($0.address) }.compactMap(\.macAddress))
                }
            }
            let parent = try #require(network.host.parent.macAddress)
            #expect(lost.load(ordering: .relaxed) == 0)
            #expect(sent.load(ordering: .relaxed) > 50)
            #expect(answered == [parent])
            #expect(learned == [parent])
        }
    }

    /// Returns a router advertisement (RFC 4861 §4.2) with a prefix for addresses (§4.6.2), as a whole frame.
    private func routerAdvertisement(of prefix: IPPrefix, from mac: MACAddress) throws -> [UInt8] {
        let source = try #require(IPPrefix.linkLocal(for: mac)).address.octets
        let target = IPv6Address.allNodes
        var message: [UInt8] = [134, 0, 0, 0, 64, 0] + bytes(of: UInt16(1800).bigEndian)
        message += [UInt8](repeating: 0, count: 8)
        let lifetime = bytes(of: UInt32(86_400).bigEndian)
        message += [3, 4, UInt8(prefix.length), 0xC0] + lifetime + lifetime + [0, 0, 0, 0] + prefix.address.octets
        let length = bytes(of: UInt16(message.count).bigEndian)
        let pseudoHeader = source + IPAddress.v6(target).octets + [0, 0] + length + [0, 0, 0, 58]
        let sum = stride(from: 0, to: pseudoHeader.count + message.count, by: 2).reduce(0) { sum, at in
            let all = pseudoHeader + message
            return sum + Int(all[at]) << 8 + Int(all[at + 1])
        }
        let folded = sum >> 16 + sum & 0xFFFF
        message.replaceSubrange(2..<4, with: bytes(of: (~UInt16(truncatingIfNeeded: folded >> 16 + folded)).bigEndian))
        let header: [UInt8] = [0x60, 0, 0, 0] + length + [58, 255] + source + IPAddress.v6(target).octets
        return MACAddress(multicast: target).octets + mac.octets + [0x86, 0xDD] + header + message
    }
}
