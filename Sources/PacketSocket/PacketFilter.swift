import CPacketSocket
import NetworkTypes

/// The BPF program that decides which frames a socket receives: those that show that another host has one of the
/// addresses, or is about to take it.
///
/// - ARP, requests and replies: the sender has the address, or probes for it (RFC 5227 §2.1.1).
/// - neighbor discovery: an advertisement of the address, or a probe for it (RFC 4862 §5.4.3, §5.4.4).
///
/// The program lists a few addresses. For more, it passes these frames whatever address they concern, and the receiver
/// must compare the addresses.
///
/// The kernel's filter language is in Documentation/networking/filter.rst.
struct PacketFilter {
    /// A comparison of the number that some instructions load with a constant.
    private struct Condition {
        var load: [sock_filter]
        var value: UInt32

        /// A big-endian number in the frame.
        static func word(_ at: Int32, _ value: UInt32) -> Self { Self(load: [loading(BPF_W, at)], value: value) }
        static func half(_ at: Int32, _ value: UInt32) -> Self { Self(load: [loading(BPF_H, at)], value: value) }
        static func byte(_ at: Int32, _ value: UInt32) -> Self { Self(load: [loading(BPF_B, at)], value: value) }

        /// The frame has no VLAN tag, or that of VLAN 0, which only carries a priority.
        ///
        /// The product is 0 if one of its factors is: when Linux 6.1 removes a tag, it leaves its number in place
        /// (`__vlan_hwaccel_clear_tag` in linux/if_vlan.h).
        static let untagged = Self(
            load: [
                loading(BPF_W, SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT), instruction(BPF_MISC | BPF_TAX, 0),
                loading(BPF_W, SKF_AD_OFF + SKF_AD_VLAN_TAG), instruction(BPF_ALU | BPF_AND | BPF_K, 0xFFF),
                instruction(BPF_ALU | BPF_MUL | BPF_X, 0),
            ], value: 0)
    }

    private indirect enum Rule {
        case accept
        /// The frame passes if all conditions hold and one of the other rules lets it pass.
        case when([Condition], [Rule])
    }

    /// Received frames are cut off at this size in bytes, which exceeds that of a standard Ethernet frame.
    static let maximumFrameSize = 2048

    /// The most addresses of a family that the program lists.
    ///
    /// The default `net.core.optmem_max` of Linux 6.1, 20,480 bytes, holds a program with nine addresses of each family.
    /// While a program replaces another, there must be room for both (`__sk_attach_prog` in net/core/filter.c).
    static let capacity = 4

    /// The program: the rules one after the other, and then the end for frames that nobody wants.
    let instructions: [sock_filter]

    init(_ addresses: [IPAddress]) {
        let ipv4 = addresses.compactMap { if case .v4(let address) = $0 { address } else { nil } }
        let ipv6 = addresses.compactMap { if case .v6(let address) = $0 { address } else { nil } }
        let isExact = max(ipv4.count, ipv6.count) <= Self.capacity
        let senders = ipv4.map { Rule.when([.word(28, $0.bits)], [.accept]) }
        let probes = [Rule.when([.word(28, 0)], ipv4.map { .when([.word(38, $0.bits)], [.accept]) })]
        let targets = isExact ? ipv6.map { Rule.when(Self.words(62, $0), [.accept]) } : [.accept]
        let rules: [Rule] = [
            // The header of ARP for IPv4 over Ethernet.
            .when(
                [.half(12, UInt32(EtherType.arp.rawValue)), .untagged, .word(14, 0x0001_0800), .half(18, 0x0604)],
                isExact ? senders + probes : [.accept]),
            // The header of ICMPv6 from this link, without extension headers.
            .when(
                [.half(12, UInt32(EtherType.ipv6.rawValue)), .untagged, .half(20, 58 << 8 | 255)],
                [
                    .when([.byte(54, UInt32(NeighborAdvertisement.type))], targets),
                    .when(
                        [.byte(54, UInt32(NeighborSolicitation.type))] + Self.words(22, .unspecified), targets),
                ]),
        ]
        instructions = rules.flatMap { Self.instructions(for: $0) } + [Self.end(accepting: 0)]
    }

    private static func words(_ offset: Int32, _ address: IPv6Address) -> [Condition] {
        (0..<4).map { .word(offset + 4 * Int32($0), UInt32(truncatingIfNeeded: address.bits >> (96 - 32 * $0))) }
    }

    private static func instructions(for rule: Rule) -> [sock_filter] {
        guard case .when(let conditions, let rules) = rule else { return [end(accepting: UInt32(maximumFrameSize))] }
        return conditions.reversed().reduce(rules.flatMap { instructions(for: $0) }) { rest, condition in
            test(condition, orSkip: rest.count) + rest
        }
    }

    private static func test(_ condition: Condition, orSkip count: Int) -> [sock_filter] {
        // Skips the jump if the condition holds: only an unconditional jump reaches further than 255 instructions.
        condition.load + [
            instruction(BPF_JMP | BPF_JEQ | BPF_K, condition.value, skippingIfTrue: 1),
            instruction(BPF_JMP | BPF_JA, UInt32(truncatingIfNeeded: count)),
        ]
    }

    private static func end(accepting size: UInt32) -> sock_filter { instruction(BPF_RET | BPF_K, size) }

    private static func loading(_ width: Int32, _ offset: Int32) -> sock_filter {
        instruction(BPF_LD | width | BPF_ABS, UInt32(bitPattern: offset))
    }

    private static func instruction(_ code: Int32, _ k: UInt32, skippingIfTrue skipped: UInt8 = 0) -> sock_filter {
        sock_filter(code: UInt16(truncatingIfNeeded: code), jt: skipped, jf: 0, k: k)
    }
}
