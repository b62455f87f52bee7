import DriverCore
import DriverTestKit
import Glibc
import KernelTestKit
import Netlink
import NetlinkTestKit
import NetworkTypes
import PacketSocket
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

/// A host whose parent leads to another host of the LAN, with one container on the parent.
///
/// |          | IPv4      | IPv6     | in namespace |
/// |----------|-----------|----------|--------------|
/// | host     | 10.0.0.1  | fd00::1  | the thread's |
/// | LAN host | 10.0.0.2  | fd00::2  | `lan`        |
/// | container| 10.0.0.11 | fd00::11 | `container`  |
final class ShimLAN {
    static let hosts: [IPAddress] = ["10.0.0.1", "fd00::1"]
    static let containers: [IPAddress] = ["10.0.0.11", "fd00::11"]

    let host: HostFixture
    let lan: OtherNetworkNamespace
    /// The LAN host's link.
    let far: LinkMessage
    let container: OtherNetworkNamespace
    let endpoint: LinkMessage

    init() throws {
        let host = try HostFixture()
        let (lan, container) = (try OtherNetworkNamespace(), try OtherNetworkNamespace())
        (self.host, self.lan, self.container) = (host, lan, container)
        try host.move(try host.existing("p1"), to: lan)
        far = try Self.setUp("p1", ["10.0.0.2/24", "fd00::2/64"], in: lan)
        try waitFor("the carrier of p0", reading: { try host.existing("p0") }) { $0.hasCarrier }
        for text in ["10.0.0.1/24", "fd00::1/64"] { try host.add(try prefix(text), to: host.parent, .quiet) }
        let made = try host.makeEndpoint()
        try host.move(try host.existing(made.name), to: container)
        endpoint = try Self.setUp(made.name, ["10.0.0.11/24", "fd00::11/64"], in: container)
    }

    /// The MAC address of the container.
    var endpointMAC: MACAddress { get throws { try #require(endpoint.macAddress) } }

    private static func setUp(
        _ name: String, _ prefixes: [String], in namespace: OtherNetworkNamespace
    ) throws -> LinkMessage {
        try namespace.client.setUp(name)
        // The kernel notices a carrier late, and sends nothing before.
        let link = try waitFor("the carrier of \(name)", reading: { try namespace.client.existing(name) }) {
            $0.hasCarrier
        }
        for text in prefixes {
            let own = AddressMessage(link: link.index, prefix: try prefix(text), flags: .quiet)
            try namespace.client.add(own, linkName: name)
        }
        return link
    }

    /// Creates a shim with everything that the host needs to reach the container through it.
    func makeShim() throws -> HostLink {
        let shim = try host.makeShim(sources: [try endpointMAC])
        for (own, other) in zip(Self.hosts, Self.containers) {
            try host.kernel.add(own, to: shim)
            try host.kernel.add(HostNeighbor(other, at: try endpointMAC, on: shim.index))
            try host.kernel.add(try route(to: other, from: own, over: shim))
        }
        return shim
    }

    func removeShim(_ shim: HostLink) throws {
        for (own, other) in zip(Self.hosts, Self.containers) {
            try host.kernel.remove(try route(to: other, from: own, over: shim))
            try host.kernel.remove(HostNeighbor(other, at: try endpointMAC, on: shim.index))
            try host.kernel.remove(own, from: shim)
        }
        _ = try host.kernel.retire(shim)
    }

    private func route(to other: IPAddress, from own: IPAddress, over shim: HostLink) throws -> HostRoute {
        let destination = try #require(IPPrefix(other, length: other.family.bitWidth))
        return HostRoute(to: destination, over: shim.index, from: own)
    }

    /// Creates a link that no filter protects, with the host's addresses: it shows what a shim would do without one.
    func makeControl() throws -> HostLink {
        let made = try host.make("control", .macvlan(MacvlanLink(mode: .bridge)), on: try host.existing("p0"))
        let link = HostLink(made)
        for address in Self.hosts { try host.kernel.add(address, to: link) }
        try host.set(link, up: true)
        return link
    }

    /// The questions of the LAN host about an address of the host: as a neighbor, and as a host that may take it.
    func questions(about address: IPAddress) throws -> [EthernetFrame] {
        let mac = try #require(far.macAddress)
        let asked: EthernetFrame
        switch address {
        case .v4(let target):
            let own = IPv4Address(bits: 0x0A00_0002)
            let packet = ARPPacket(
                .request, senderMAC: mac, senderIP: own, targetMAC: MACAddress(bits: 0), targetIP: target)
            asked = EthernetFrame(to: .broadcast, from: mac, .arp(packet))
        case .v6(let target):
            let question = NeighborSolicitation(for: target, sourceMAC: mac)
            let own = IPv6Address(bits: 0xFD00 << 112 | 2)
            let packet = NeighborPacket(from: own, to: target.solicitedNode, .solicitation(question))
            asked = EthernetFrame(to: MACAddress(multicast: packet.destination), from: mac, .neighbor(packet))
        }
        return [asked, .probe(for: address, from: mac, nonce: Nonce(bits: 7))]
    }
}

/// Asks on the LAN which MAC address has one of the host's addresses.
final class LANQuestioner {
    private var socket: PacketSocket

    init(_ network: ShimLAN) throws {
        socket = try network.lan.within { try PacketSocket.open(on: network.far.index, hearing: ShimLAN.hosts) }
    }

    func send(_ frame: EthernetFrame) throws { try socket.send(frame) }

    func send(_ bytes: [UInt8], type: EtherType) throws { try socket.send(bytes, type: type) }

    /// Returns the senders of the answers that have arrived.
    func answers() throws -> [MACAddress] {
        var senders: [MACAddress] = []
        try socket.receive(limit: 10_000) { senders.append($0.source) }
        return senders
    }

    /// Asks until a MAC address has answered as often as that, and returns all MAC addresses that answered.
    func ask(_ frame: EthernetFrame, until last: MACAddress, answeredTimes count: Int) throws -> Set<MACAddress> {
        var heard: [MACAddress] = []
        try waitFor("answers", pollingEvery: 2000) {
            try send(frame)
            heard += try answers()
            return heard
        } until: {
            $0.count { $0 == last } >= count
        }
        return Set(heard)
    }
}

extension AddressFlags {
    /// The kernel does not look for duplicates, which would take seconds.
    static let quiet: AddressFlags = .noDuplicateDetection
}
