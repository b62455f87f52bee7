import CPacketSocket
import Glibc
import NetworkTypes
@testable import PacketSocket
import TestSupport
import Testing

@Suite("PacketFilter")
struct FilterTests {
    static let passing: [(vector: String, address: String)] = [
        ("arp-probe", "10.0.0.2"), ("arp-probe-answer", "10.0.0.2"), ("arp-request", "10.0.0.1"),
        ("arp-reply", "10.0.0.2"), ("arp-announcement-request", "10.0.0.1"), ("arp-announcement-reply", "10.0.0.1"),
        ("arp-kernel-announcement", "10.0.0.1"), ("neighbor-probe", "fd00::4:5:6"),
        ("neighbor-probe-nonce", "fd00::1:2:3"), ("neighbor-probe-answer", "fd00::2"),
        ("neighbor-advertisement", "fd00::2"), ("neighbor-announcement", "fd00::1"),
        ("neighbor-announcement-router", "fd00::1"),
    ]

    @Test("PacketFilter passes a frame only for the address that its sender has or probes for")
    func addresses() throws {
        let addresses = ["10.0.0.1", "10.0.0.2", "fd00::1", "fd00::2", "fd00::4:5:6", "fd00::1:2:3"]
        for address in addresses {
            let filter = try FilteredPair(hearing: [address])
            for name in try FrameVector.names() {
                let isWanted = Self.passing.contains { $0.vector == name && $0.address == address }
                try expect(filter.passes(FrameVector(name).bytes), equals: isWanted, "\(name) for \(address)")
            }
        }
    }

    @Test("PacketFilter passes frames for each of many addresses, and for no other")
    func several() throws {
        let many = (1..<PacketFilter.capacity).flatMap { ["10.1.0.\($0)", "fd00:1::\($0)"] }
        let others = try FilteredPair(hearing: many)
        let all = try FilteredPair(hearing: many + ["10.0.0.2", "fd00::2"])
        for name in ["arp-reply", "neighbor-advertisement"] {
            let bytes = try FrameVector(name).bytes
            try expect(others.passes(bytes), equals: false, "\(name)")
            try expect(all.passes(bytes), equals: true, "\(name)")
        }
    }

    @Test("PacketFilter for too many addresses passes the frames about any address, and no other frames")
    func general() throws {
        let many = (0...PacketFilter.capacity).flatMap { ["10.1.0.\($0)", "fd00:1::\($0)"] }
        let filter = try FilteredPair(hearing: many)
        let ipv4Only = try FilteredPair(hearing: many.filter { !$0.contains(":") })
        for name in try FrameVector.names() {
            let bytes = try FrameVector(name).bytes
            let isWanted = Self.passing.contains { $0.vector == name }
            try expect(filter.passes(bytes), equals: isWanted, "\(name)")
            try expect(ipv4Only.passes(bytes), equals: isWanted, "\(name)")
            for count in 1..<20 { try expect(filter.passes(Array(bytes[..<count])), equals: false) }
        }
    }

    @Test(
        "PacketFilter passes a frame with one bit flipped only if it still concerns the address",
        arguments: passing.indices)
    func flipped(index: Int) throws {
        let (name, text) = Self.passing[index]
        let filter = try FilteredPair(hearing: [text])
        let address = try #require(IPAddress(text))
        let bytes = try FrameVector(name).bytes
        // The bytes that say what the frame is: types, lengths of addresses, next header and hop limit.
        let header = name.hasPrefix("arp") ? Array(12..<20) : [12, 13, 20, 21, 54]
        for bit in 0..<bytes.count * 8 {
            var damaged = bytes.flipping(bit: bit)
            if name.hasPrefix("neighbor"), bit / 8 >= 22 { damaged = withRightLengthAndChecksum(damaged) }
            let passes = try filter.passes(damaged)
            if header.contains(bit / 8) { expect(passes, equals: false, "bit \(bit) of \(name)") }
            // The filter is coarser than the decoder, and must never be finer.
            guard let frame = try? EthernetFrame(decoding: damaged) else { continue }
            expect(passes, equals: frame.concerns(address), "bit \(bit) of \(name)")
        }
    }

    @Test("PacketFilter without addresses passes nothing, and no filter passes a frame that ends before the address")
    func nothing() throws {
        let none = try FilteredPair(hearing: [])
        let some = try FilteredPair(hearing: ["10.0.0.2", "fd00::2"])
        for name in try FrameVector.names() {
            let bytes = try FrameVector(name).bytes
            try expect(none.passes(bytes), equals: false)
            for count in 1..<32 { try expect(some.passes(Array(bytes[..<count])), equals: false) }
        }
    }
}

extension EthernetFrame {
    /// Whether the sender has the address or probes for it, by the decoder's reading.
    fileprivate func concerns(_ address: IPAddress) -> Bool {
        switch payload {
        case .arp(let packet):
            return packet.senderIP.bits == 0
                ? .v4(packet.targetIP) == address : .v4(packet.senderIP) == address
        case .neighbor(let packet):
            switch packet.message {
            case .solicitation(let message): return packet.source == .unspecified && .v6(message.target) == address
            case .advertisement(let message): return .v6(message.target) == address
            }
        }
    }
}

/// A pair of connected sockets, of which the receiving one has the filter. The kernel runs it without a link, and without
/// any privilege.
private final class FilteredPair {
    private var sockets: [Int32] = [-1, -1]

    init(hearing addresses: [String]) throws {
        let filter = PacketFilter(try addresses.map { try #require(IPAddress($0)) })
        guard socketpair(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &sockets) == 0 else {
            throw CallError(call: "socketpair")
        }
        var instructions = filter.instructions
        let result = instructions.withUnsafeMutableBufferPointer { buffer in
            var program = sock_fprog(len: UInt16(buffer.count), filter: buffer.baseAddress)
            return setsockopt(
                sockets[1], SOL_SOCKET, SO_ATTACH_FILTER, &program, socklen_t(MemoryLayout<sock_fprog>.size))
        }
        guard result == 0 else { throw CallError(call: "setsockopt(SO_ATTACH_FILTER)") }
    }

    deinit { for socket in sockets { close(socket) } }

    func passes(_ frame: [UInt8]) throws -> Bool {
        guard send(sockets[0], frame, frame.count, 0) == frame.count else { throw CallError(call: "send") }
        var buffer = [UInt8](repeating: 0, count: 4096)
        return recv(sockets[1], &buffer, buffer.count, Int32(MSG_DONTWAIT)) == frame.count
    }
}
