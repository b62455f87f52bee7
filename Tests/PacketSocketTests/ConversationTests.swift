import KernelTestKit
import NetlinkTestKit
import NetworkTypes
import PacketSocket
import RouteNetlink
import TestSupport
import Testing

/// The sender of frames that end a test's wait.
private let last = mac(99)

@Suite("Frames on a link", .needsNetworkNamespaces, .needs(.veth), .timeLimit(.minutes(20)))
struct ConversationTests {
    @Test("A host answers a probe for its address", arguments: ["10.0.0.2/24", "fd00::2/64"])
    func answered(text: String) async throws {
        try await withNetworkNamespace { client in
            let wire = try Wire(&client)
            try wire.addToFar(text)
            let wanted = try prefix(text).address
            var socket = try wire.hear(wanted.description)
            try socket.send(.probe(for: wanted, from: mac(1)))
            let answer = try #require(try frames(from: &socket, upTo: wire.far.macAddress).last)
            switch answer.payload {
            case .arp(let packet):
                expect(packet.operation, equals: .reply)
                expect(.v4(packet.senderIP), equals: wanted)
                expect(packet.senderMAC, equals: wire.far.macAddress)
            case .neighbor(let packet):
                let target = try ipv6(wanted.description)
                expect(packet.destination, equals: .allNodes)
                let sender = try #require(wire.far.macAddress)
                expect(
                    packet.message,
                    equals: .advertisement(NeighborAdvertisement(of: target, at: sender, flags: .override)))
            }
            try expect(passed(socket), equals: 1)
        }
    }

    @Test(
        "A probe for a free address gets no answer, whatever else is on the wire", arguments: ["10.0.0.9", "fd00::9"])
    func free(text: String) async throws {
        try await withNetworkNamespace { client in
            let wire = try Wire(&client)
            for address in ["10.0.0.2/24", "fd00::2/64"] { try wire.addToFar(address) }
            let wanted = try address(text)
            var socket = try wire.hear(text)
            var neighbor = try wire.hearFar()
            try socket.send(.probe(for: wanted, from: mac(1)))
            for other in ["10.0.0.2", "10.0.0.3", "10.0.0.11", "fd00::2", "fd00::3", "fd00::109"].map(IPAddress.init) {
                let other = try #require(other)
                // The far kernel answers the probe for its own address.
                try socket.send(.probe(for: other, from: mac(1)))
                try neighbor.send(.probe(for: other, from: mac(7)))
                try neighbor.send(.announcement(of: other, from: mac(7)))
            }
            // Somebody asks for the free address, to talk to it.
            let request = ARPPacket(
                .request, senderMAC: mac(7), senderIP: ipv4(7), targetMAC: .broadcast, targetIP: ipv4(9))
            try neighbor.send(EthernetFrame(to: .broadcast, from: mac(7), .arp(request)))
            let question = NeighborSolicitation(for: try ipv6("fd00::9"), sourceMAC: mac(7))
            let packet = NeighborPacket(
                from: try ipv6("fd00::7"), to: try ipv6("ff02::1:ff00:9"), .solicitation(question))
            try neighbor.send(EthernetFrame(to: .broadcast, from: mac(7), .neighbor(packet)))
            try neighbor.send(.announcement(of: wanted, from: last))
            try expect(frames(from: &socket, upTo: last), equals: [.announcement(of: wanted, from: last)])
            try expect(passed(socket), equals: 1)
        }
    }

    @Test("Probes and announcements arrive in both directions", arguments: ["10.0.0.9", "fd00::9"])
    func bothDirections(text: String) async throws {
        try await withNetworkNamespace { client in
            let wire = try Wire(&client)
            let wanted = try address(text)
            var near = try wire.hear(text)
            var far = try wire.hearFar(text)
            let sent: [EthernetFrame] = [
                .probe(for: wanted, from: mac(1), nonce: Nonce(bits: 7)), .announcement(of: wanted, from: last),
            ]
            for frame in sent { try near.send(frame) }
            try expect(frames(from: &far, upTo: last), equals: sent)
            for frame in sent { try far.send(frame) }
            // Nothing comes back of what the socket itself sent.
            try expect(frames(from: &near, upTo: last), equals: sent)
            try expect(passed(near), equals: 2)
        }
    }

    @Test("The kernel's own probe for an IPv6 address is heard")
    func kernelProbe() async throws {
        try await withNetworkNamespace { client in
            let wire = try Wire(&client)
            var socket = try wire.hear("fd00::2")
            try wire.probeFromFar("fd00::2/64")
            let probe = try #require(try frames(from: &socket, upTo: wire.far.macAddress).last)
            guard case .neighbor(let packet) = probe.payload, case .solicitation(let message) = packet.message else {
                Issue.record("not a solicitation but \(probe)")
                return
            }
            expect(packet.source, equals: .unspecified)
            expect(message.target.description, equals: "fd00::2")
        }
    }

    @Test("The kernel's probe for an address that a socket defends fails")
    func defended() async throws {
        try await withNetworkNamespace { client in
            let wire = try Wire(&client)
            // How long the kernel waits for an answer.
            try wire.other.within { try setKernelSetting("net/ipv6/neigh/p1/retrans_time_ms", to: "60000") }
            var socket = try wire.hear("fd00::2")
            try wire.probeFromFar("fd00::2/64")
            _ = try frames(from: &socket, upTo: wire.far.macAddress)
            try socket.send(.announcement(of: address("fd00::2"), from: mac(1)))
            let dadFailed = AddressFlags(rawValue: 0x08)
            try waitFor("the address to be refused", reading: { try wire.other.client.addresses() }) {
                $0.contains { $0.prefix.address.description == "fd00::2" && $0.flags.contains(dadFailed) }
            }
        }
    }

    @Test("What other programs and the kernel send on the same link is not heard")
    func outgoing() async throws {
        try await withNetworkNamespace { client in
            let wire = try Wire(&client)
            let wanted = try address("10.0.0.9")
            var socket = try wire.hear("10.0.0.9")
            var sender = try wire.hear()
            try sender.send(.announcement(of: wanted, from: mac(7)))
            var neighbor = try wire.hearFar()
            try neighbor.send(.announcement(of: wanted, from: last))
            try expect(frames(from: &socket, upTo: last).count, equals: 1)
        }
    }

    @Test("Frames of a VLAN are not heard on the link below, but those with only a priority are")
    func tagged() async throws {
        try await withNetworkNamespace { client in
            let wire = try Wire(&client)
            for text in ["10.0.0.9", "fd00::9"] {
                var socket = try wire.hear(text)
                var neighbor = try wire.hearFar()
                func send(_ tag: [UInt8], from sender: MACAddress) throws {
                    let frame = EthernetFrame.announcement(of: try address(text), from: sender)
                    let bytes = frame.bytes[..<12] + tag + frame.bytes[12...]
                    try neighbor.send(Array(bytes), type: EtherType(rawValue: 0x8100))
                }
                try send([0x81, 0, 0, 50], from: mac(50))
                try send([0x88, 0xA8, 0, 50], from: mac(51))
                try send([0x88, 0xA8, 0, 50, 0x81, 0, 0, 50], from: mac(52))
                try send([0x81, 0, 0xA0, 0], from: last)
                try expect(frames(from: &socket, upTo: last).map(\.source), equals: [last], "\(text)")
            }
        }
    }

    @Test("A VLAN link hears the frames of its VLAN, and its parent does not", .needs(.vlan))
    func vlanLink() async throws {
        try await withNetworkNamespace { client in
            let wire = try Wire(&client)
            let tag = VLANTag(id: try #require(VLANID(50)))
            let nearVLAN = try client.make("p0.50", .vlan(VLANLink(tag: tag)), on: wire.near)
            try Wire.setUp("p0.50", &client)
            let wanted = try address("10.0.0.9")
            var parent = try wire.hear("10.0.0.9")
            var upper = try PacketSocket.open(on: nearVLAN.index, hearing: [wanted])
            var neighbor = try wire.hearFar()
            let frame = EthernetFrame.announcement(of: wanted, from: mac(50)).bytes
            try neighbor.send(frame[..<12] + [0x81, 0, 0, 50] + frame[12...], type: EtherType(rawValue: 0x8100))
            try neighbor.send(.announcement(of: wanted, from: last))
            try expect(frames(from: &upper, upTo: mac(50)).map(\.source), equals: [mac(50)])
            try expect(frames(from: &parent, upTo: last).map(\.source), equals: [last])
        }
    }

    @Test("A macvlan link without IPv6 hears who has an IPv6 address", .needs(.macvlan))
    func macvlan() async throws {
        try await withNetworkNamespace { client in
            let wire = try Wire(&client)
            _ = try client.make("mv0", .macvlan(MacvlanLink(mode: .bridge)), on: wire.near)
            let child = try client.existing("mv0")
            // With an MTU below 1280, the kernel joins no IPv6 group.
            try client.change(child.index, named: "mv0", LinkChanges(isUp: true, mtu: 1200))
            try wire.addToFar("fd00::2/64")
            let wanted = try address("fd00::2")
            var socket = try PacketSocket.open(on: child.index, hearing: [wanted])
            var neighbor = try wire.hearFar()
            try neighbor.send(.probe(for: wanted, from: mac(7)))
            _ = try frames(from: &socket, upTo: mac(7))
            try socket.send(.probe(for: wanted, from: try #require(child.macAddress)))
            _ = try frames(from: &socket, upTo: wire.far.macAddress)
        }
    }
}
