import CPacketSocket
import NetworkTypes

/// The BPF program that decides which frames a socket receives: those that show that another host has one of the
/// addresses, or is about to take it.
///
/// - ARP, requests and replies: the sender has the address, or probes for it (RFC 5227 §2.1.1).
/// - neighbor discovery: an advertisement of the address, or a probe for it (RFC 4862 §5.4.3, §5.4.4).
///
/// The kernel's filter language is in Documentation/networking/filter.rst.
struct PacketFilter {
    /// A comparison of a big-endian number in the frame, or in the kernel's notes about it, with a constant.
    struct Condition {
        var width: Int32
        var offset: Int32
        var mask: UInt32 = .max
        var value: UInt32
    }

    /// Received frames are cut off at this size in bytes. It exceeds that of every frame without jumbo options.
    static let maximumFrameSize = 2048

    /// A frame passes if all conditions of one alternative hold.
    private let alternatives: [[Condition]]

    init(_ addresses: [IPAddress]) {
        alternatives = addresses.flatMap { address in
            switch address {
            case .v4(let address):
                [
                    Self.arp + [.word(28, address.bits)],
                    Self.arp + [.word(28, 0), .word(38, address.bits)],
                ]
            case .v6(let address):
                [
                    Self.neighbor(NeighborAdvertisement.type) + Self.address(62, address),
                    Self.neighbor(NeighborSolicitation.type) + Self.address(22, .unspecified)
                        + Self.address(62, address),
                ]
            }
        }
    }

    /// The program: the alternatives one after the other, and then the end for frames that nobody wants.
    var instructions: [sock_filter] {
        alternatives.flatMap { Self.instructions(for: $0) } + [Self.end(accepting: 0)]
    }

    /// A frame with this header and no VLAN tag, or the tag of VLAN 0, which only carries a priority.
    private static func type(_ type: EtherType) -> [Condition] {
        [
            .half(12, UInt32(type.rawValue)),
            Condition(width: BPF_W, offset: SKF_AD_OFF + SKF_AD_VLAN_TAG, mask: 0xFFF, value: 0),
        ]
    }

    /// ARP for IPv4 over Ethernet.
    private static var arp: [Condition] { type(.arp) + [.word(14, 0x0001_0800), .half(18, 0x0604)] }

    /// ICMPv6 of a type, without extension headers, from this link.
    private static func neighbor(_ message: UInt8) -> [Condition] {
        type(.ipv6) + [.half(20, 58 << 8 | 255), .byte(54, UInt32(message))]
    }

    private static func address(_ offset: Int32, _ address: IPv6Address) -> [Condition] {
        (0..<4).map { .word(offset + 4 * Int32($0), UInt32(truncatingIfNeeded: address.bits >> (96 - 32 * $0))) }
    }

    /// Every condition that does not hold jumps over the rest of the alternative.
    private static func instructions(for conditions: [Condition]) -> [sock_filter] {
        var result = [end(accepting: UInt32(maximumFrameSize))]
        for condition in conditions.reversed() {
            let compare = sock_filter(
                code: UInt16(BPF_JMP | BPF_JEQ | BPF_K), jt: 0, jf: UInt8(clamping: result.count), k: condition.value)
            result.insert(compare, at: 0)
            if condition.mask != .max {
                let and = sock_filter(code: UInt16(BPF_ALU | BPF_AND | BPF_K), jt: 0, jf: 0, k: condition.mask)
                result.insert(and, at: 0)
            }
            let load = sock_filter(
                code: UInt16(BPF_LD | condition.width | BPF_ABS), jt: 0, jf: 0,
                k: UInt32(bitPattern: condition.offset))
            result.insert(load, at: 0)
        }
        return result
    }

    private static func end(accepting size: UInt32) -> sock_filter {
        sock_filter(code: UInt16(BPF_RET | BPF_K), jt: 0, jf: 0, k: size)
    }
}

extension PacketFilter.Condition {
    fileprivate static func word(_ offset: Int32, _ value: UInt32) -> Self {
        Self(width: BPF_W, offset: offset, value: value)
    }

    fileprivate static func half(_ offset: Int32, _ value: UInt32) -> Self {
        Self(width: BPF_H, offset: offset, value: value)
    }

    fileprivate static func byte(_ offset: Int32, _ value: UInt32) -> Self {
        Self(width: BPF_B, offset: offset, value: value)
    }
}
