import DriverCore
import DriverTestKit
import KernelTestKit
import Logging
import Netlink
import NetlinkTestKit
import NetworkTypes
import PacketSocket
import RouteNetlink
import TestSupport
import Testing

@testable import KernelLAN

@Suite("Neighbors of LANClient", .needsNetworkNamespaces, .needs(.veth), .timeLimit(.minutes(20)))
struct LANNeighborTests {
    @Test("An announcement corrects the stale entry of an IPv4 neighbor within a second")
    func stale() async throws {
        try await withNetworkNamespace { kernel in
            let wire = try LANWire(&kernel)
            try wire.addToFar("10.0.0.2/24")
            // The neighbor learns the old MAC address from a request.
            var near = try PacketSocket.open(on: wire.parent.index, hearing: [try address("10.0.0.2")])
            let request = ARPPacket(
                .request, senderMAC: mac(5), senderIP: try ipv4("10.0.0.9"), targetMAC: mac(0),
                targetIP: try ipv4("10.0.0.2"))
            try near.send(EthernetFrame(to: .broadcast, from: mac(5), .arp(request)))
            try waitFor("the old entry", reading: { try entry(wire) }) { $0 == mac(5).description }
            let start = ContinuousClock.now
            wire.client.announce([Announcement(of: [try address("10.0.0.9")], at: mac(1), on: wire.parent.index)])
            try waitFor("the new entry", reading: { try entry(wire) }) { $0 == mac(1).description }
            let time = start.duration(to: .now)
            print("A stale neighbor is corrected after \(time.milliseconds.text) ms")
            #expect(time < .seconds(10))
        }
    }

    @Test("An announcement corrects the stale entry of an IPv6 neighbor within a second")
    func staleIPv6() async throws {
        try await withNetworkNamespace { kernel in
            let wire = try LANWire(&kernel)
            try wire.addToFar("fd00::2/64")
            var near = try PacketSocket.open(on: wire.parent.index, hearing: [try address("fd00::2")])
            // The neighbor learns the old MAC address from a solicitation, and answers later ones to the one it knows.
            try expect(answerGoesTo(&near, wire, asking: mac(5)), equals: mac(5))
            try expect(answerGoesTo(&near, wire), equals: mac(5))
            let start = ContinuousClock.now
            wire.client.announce([Announcement(of: [try address("fd00::9")], at: mac(1), on: wire.parent.index)])
            try waitFor("the new entry") {
                try answerGoesTo(&near, wire)
            } until: {
                $0 == mac(1)
            }
            let time = start.duration(to: .now)
            print("A stale IPv6 neighbor is corrected after \(time.milliseconds.text) ms")
            #expect(time < .seconds(10))
        }
    }

    /// Solicits the LAN host's address from fd00::9, and returns where the answer goes.
    private func answerGoesTo(
        _ near: inout PacketSocket, _ wire: LANWire, asking sender: MACAddress? = nil
    ) throws -> MACAddress {
        let target = try ipv6("fd00::2")
        let solicitation = NeighborSolicitation(for: target, sourceMAC: sender)
        let packet = NeighborPacket(from: try ipv6("fd00::9"), to: target, .solicitation(solicitation))
        let holder = try #require(wire.far.macAddress)
        try near.send(EthernetFrame(to: holder, from: sender ?? mac(6), .neighbor(packet)))
        return try EthernetFrame(decoding: LANWire.next(&near)).destination
    }

    @Test("Announcements on a link that is gone are dropped, with a debug line")
    func gone() async throws {
        try await withNetworkNamespace { kernel in
            let log = LogLines()
            let wire = try LANWire(&kernel, logger: log.logger)
            try kernel.delete(wire.parent.index, named: "p0")
            let addresses = (1...100).map { IPAddress.v4(IPv4Address(bits: $0)) }
            wire.client.announce([Announcement(of: addresses, at: mac(1), on: wire.parent.index)])
            #expect(eventually { log.texts(.debug) == ["Announcements dropped: the link is gone"] })
            expect(log.texts(.warning), equals: [])
        }
    }

    /// Returns the MAC address that the LAN host has for 10.0.0.9.
    private func entry(_ wire: LANWire) throws -> String? {
        let table = try wire.within { try readTextFile("/proc/thread-self/net/arp") }
        let line = table.split(separator: "\n").first { $0.hasPrefix("10.0.0.9 ") }
        return line?.split(separator: " ").dropFirst(3).first.map(String.init)
    }
}
