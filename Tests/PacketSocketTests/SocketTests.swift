import CPacketSocket
import CTestSupport
import Glibc
import KernelTestKit
import NetlinkTestKit
import NetworkTypes
@testable import PacketSocket
import RouteNetlink
import SystemCalls
import TestSupport
import Testing

@Suite("PacketSocket", .needsNetworkNamespaces, .needs(.veth), .timeLimit(.minutes(20)))
struct SocketTests {
    @Test("PacketSocket reports once that its link went down, and works again when it is up")
    func down() async throws {
        try await withNetworkNamespace { client in
            let wire = try Wire(&client)
            var socket = try wire.hear("10.0.0.9")
            try client.change(wire.near.index, named: "p0", LinkChanges(isUp: false))
            try waitForInput([socket.descriptor], milliseconds: 60_000)
            #expect(throws: SystemError(call: "recv(AF_PACKET)", errno: .networkDown)) { try socket.receive() }
            try expect(socket.receive(), equals: nil)
            #expect(throws: SystemError(call: "send(AF_PACKET)", errno: .networkDown)) {
                try socket.send(.probe(for: address("10.0.0.9"), from: mac(1)))
            }
            try client.setUp("p0")
            try wire.waitUntilOpen()
            var neighbor = try wire.hearFar()
            try neighbor.send(.announcement(of: address("10.0.0.9"), from: mac(7)))
            try expect(frames(from: &socket, upTo: mac(7)).count, equals: 1)
        }
    }

    @Test(
        "PacketSocket reports that its link was deleted or moved away, and neither sends nor receives anymore",
        arguments: [false, true])
    func gone(isMoved: Bool) async throws {
        try await withNetworkNamespace { client in
            let wire = try Wire(&client)
            var socket = try wire.hear("10.0.0.9", "fd00::9")
            if isMoved {
                try client.alter(wire.near, namespace: wire.other.descriptor)
            } else {
                try client.delete(wire.near.index, named: "p0")
            }
            try waitForInput([socket.descriptor], milliseconds: 60_000)
            #expect(throws: SystemError(call: "recv(AF_PACKET)", errno: .networkDown)) { try socket.receive() }
            try expect(socket.receive(), equals: nil)
            #expect(throws: SystemError(call: "send(AF_PACKET)", code: ENXIO)) {
                try socket.send(.probe(for: address("10.0.0.9"), from: mac(1)))
            }
        }
    }

    @Test("PacketSocket without addresses reports with each send that its link is gone")
    func senderOnly() async throws {
        try await withNetworkNamespace { client in
            let wire = try Wire(&client)
            var socket = try wire.hear()
            var far = try wire.hearFar("10.0.0.9")
            try socket.send(.announcement(of: address("10.0.0.9"), from: mac(7)))
            _ = try frames(from: &far, upTo: mac(7))
            try client.delete(wire.near.index, named: "p0")
            for _ in 0..<2 {
                #expect(throws: SystemError(call: "send(AF_PACKET)", code: ENXIO)) {
                    try socket.send(.announcement(of: address("10.0.0.9"), from: mac(7)))
                }
            }
            try expect(socket.receive(), equals: nil)
        }
    }

    @Test("PacketSocket is not opened on a link that is missing or down")
    func unusable() async throws {
        try await withNetworkNamespace { client in
            let link = try client.makePair("p0", "p1")
            #expect(throws: SystemError(call: "bind(AF_PACKET)", errno: .networkDown)) {
                try open(on: link.index, ["10.0.0.9"])
            }
            try client.delete(link.index, named: "p0")
            #expect(throws: SystemError(call: "bind(AF_PACKET)", errno: .noSuchDevice)) { try open(on: link.index, []) }
        }
    }

    @Test("PacketSocket is not opened without CAP_NET_RAW")
    func unprivileged() async throws {
        try await withNetworkNamespace { client in
            let wire = try Wire(&client)
            guard set_thread_user(65534) == 0 else { throw CallError(call: "setresuid") }
            defer { _ = set_thread_user(0) }
            #expect(throws: SystemError(call: "socket(AF_PACKET)", errno: .notPermitted)) {
                try open(on: wire.near.index, ["10.0.0.9"])
            }
        }
    }

    @Test(
        "PacketSocket replaces the addresses that it hears of, within the memory limit of Linux 6.1",
        arguments: [4, 400])
    func replacing(count: UInt32) async throws {
        try await withNetworkNamespace { client in
            let wire = try Wire(&client)
            // Since Linux 6.8, each namespace has its own limit. Before, the namespace has no such file.
            try? setKernelSetting("net/core/optmem_max", to: "20480")
            var older = try wire.hear("10.0.0.9", "fd00::9")
            var socket = try PacketSocket.open(on: wire.near.index, hearing: Self.addresses(4))
            var neighbor = try wire.hearFar()
            for text in ["10.0.0.9", "fd00::9"] {
                let wanted = try address(text)
                for addresses in [Self.addresses(count), Array(Self.addresses(count).dropLast(2)) + [wanted]] {
                    try socket.hear(addresses)
                }
                try neighbor.send(.announcement(of: wanted, from: mac(7)))
                try expect(frames(from: &socket, upTo: mac(7)).last, equals: .announcement(of: wanted, from: mac(7)))
                try socket.hear([])
                try neighbor.send(.announcement(of: wanted, from: mac(6)))
                // The kernel serves newer sockets first (`dev_add_pack` in net/core/dev.c).
                _ = try frames(from: &older, upTo: mac(6))
                try socket.hear([wanted])
                try neighbor.send(.announcement(of: wanted, from: mac(8)))
                try expect(frames(from: &socket, upTo: mac(8)).count, equals: 1)
            }
        }
    }

    @Test("PacketSocket joins the groups of new addresses, and leaves all groups when it is closed")
    func groups() async throws {
        try await withNetworkNamespace { client in
            let wire = try Wire(&client)
            func joined() throws -> Int {
                try readTextFile("/proc/thread-self/net/dev_mcast").split(separator: "\n").count {
                    $0.contains(" p0 ") && $0.contains("3333ff")
                }
            }
            let before = try joined()
            func hear() throws {
                var socket = try wire.hear("10.0.0.9")
                for number in 1...10 as ClosedRange<UInt32> {
                    try socket.hear([.v6(IPv6Address(bits: UInt128(number)))])?.join()
                    try expect(joined(), equals: before + Int(number))
                }
            }
            try hear()
            try expect(joined(), equals: before)
            var socket = try PacketSocket.open(on: wire.near.index, hearing: Self.addresses(100))
            try socket.hear(Self.addresses(5))?.join()
            try expect(joined(), equals: before)
        }
    }

    @Test("PacketSocket knows whether its link has a carrier")
    func carrier() async throws {
        try await withNetworkNamespace { client in
            let wire = try Wire(&client)
            let socket = try wire.hear("10.0.0.9")
            try expect(socket.isRunning(), equals: true)
            try wire.other.client.change(wire.far.index, named: "p1", LinkChanges(isUp: false))
            try waitFor("the carrier to go") {
                try socket.isRunning()
            } until: {
                !$0
            }
            try client.delete(wire.near.index, named: "p0")
            #expect(throws: SystemError(call: "ioctl(SIOCGIFNAME)", errno: .noSuchDevice)) { try socket.isRunning() }
        }
    }

    @Test("FrameSender sends on any link, and reports with each frame that a link is down or gone")
    func sender() async throws {
        try await withNetworkNamespace { client in
            let wire = try Wire(&client)
            let sender = try FrameSender()
            let frame = EthernetFrame.announcement(of: try address("10.0.0.9"), from: mac(7))
            var far = try wire.hearFar("10.0.0.9")
            try sender.send(frame, on: wire.near.index)
            try expect(frames(from: &far, upTo: mac(7)), equals: [frame])
            try client.change(wire.near.index, named: "p0", LinkChanges(isUp: false))
            for _ in 0..<2 {
                #expect(throws: SystemError(call: "send(AF_PACKET)", errno: .networkDown)) {
                    try sender.send(frame, on: wire.near.index)
                }
            }
            try client.delete(wire.near.index, named: "p0")
            #expect(throws: SystemError(call: "send(AF_PACKET)", errno: .noSuchDeviceOrAddress)) {
                try sender.send(frame, on: wire.near.index)
            }
        }
    }

    @Test("PacketSocket is close-on-exec and non-blocking")
    func options() async throws {
        try await withNetworkNamespace { client in
            let socket = try Wire(&client).hear("10.0.0.9")
            #expect(fcntl(socket.descriptor, F_GETFD) & FD_CLOEXEC != 0)
            #expect(fcntl(socket.descriptor, F_GETFL) & O_NONBLOCK != 0)
        }
    }

    @Test("PacketSocket receives no frame that its filter would not pass, not even while it is opened")
    func opening() async throws {
        try await withNetworkNamespace { client in
            let wire = try Wire(&client)
            let (far, other) = (wire.far.index, wire.other)
            let sender = try other.within { try SharedSocket(PacketSocket.open(on: far, hearing: [])) }
            try whileRepeating({ try sender.send(.announcement(of: address("10.0.0.8"), from: mac(7))) }) {
                for _ in 0..<200 {
                    var socket = try wire.hear("10.0.0.9", "fd00::9")
                    try expect(socket.receive(), equals: nil)
                    try expect(passed(socket), equals: 0)
                }
            }
        }
    }

    /// Returns as many addresses of each family. The kernel translates constants with the highest bit set to more
    /// instructions than others.
    static func addresses(_ count: UInt32) -> [IPAddress] {
        let base: UInt128 = 0xFD00_0000_8000_0000_8000_0000_8000_0000
        return (0..<count).flatMap {
            [.v4(IPv4Address(bits: 0xC0A8_0000 | $0)), .v6(IPv6Address(bits: base | UInt128($0)))]
        }
    }

    private func open(on link: InterfaceIndex, _ addresses: [String]) throws {
        _ = try PacketSocket.open(on: link, hearing: try addresses.map { try address($0) })
    }
}
