import DriverCore
import NetworkTypes
import RouteNetlink

/// The filter of a shim: it lets pass only the frames that some MAC addresses send, and drops all others.
///
/// It is a classic BPF program for `cls_bpf` with direct action. The program's data starts at the Ethernet header
/// (`cls_bpf_classify` in net/sched/cls_bpf.c puts that header back), so the sender's MAC address is at the offsets 6 to
/// 11. The program compares the first two octets, then the last four. Addresses that share the first two share that
/// comparison: Docker makes all of them start with 02:42 before version 28.
///
///     ldh [6]                     A = first two octets     for up to 80 addresses
///     jeq #0x0242, 0, 3           if others: next group    for each group
///     ld [8]                      A = last four octets
///     jeq #0xac110002, pass, 0                             for each address
///     jeq #0xac110003, pass, end
///     jeq …                       next group
///     end: ja 1
///     pass: ret TC_ACT_UNSPEC     continue to the host
///     …                           the next 80 addresses
///     ret TC_ACT_SHOT             drop
///
/// A conditional jump skips at most 255 instructions, and no jump leads back: hence the parts of 80 addresses, each with
/// its own end. In the worst case each address is a group of its own and takes three instructions.
struct SourceFilter: Hashable {
    /// The senders whose frames pass.
    let sources: Set<MACAddress>

    private static let addressesInPart = 80

    /// Creates a filter; nil if there are more sources than the program has room for.
    init?(sources: Set<MACAddress>) {
        guard sources.count <= HostLimits.shimSources else { return nil }
        self.sources = sources
    }

    /// Reads a program back; nil if it is not exactly the one that this type makes.
    init?(program: [FilterInstruction]) {
        var sources: Set<MACAddress> = []
        for (place, instruction) in program.enumerated() where instruction == .loadLastFour && place > 0 {
            let group = program[place - 1]
            for comparison in program[(place + 1)...].prefix(max(0, Int(group.jumpIfFalse) - 1)) {
                sources.insert(MACAddress(bits: UInt64(group.operand) << 32 | UInt64(comparison.operand)))
            }
        }
        guard let filter = SourceFilter(sources: sources), filter.program == program else { return nil }
        self = filter
    }

    /// The program. The same sources always make the same one.
    var program: [FilterInstruction] {
        let sorted = sources.sorted { $0.bits < $1.bits }
        let parts = stride(from: 0, to: sorted.count, by: Self.addressesInPart).map {
            Self.part(sorted[$0..<min($0 + Self.addressesInPart, sorted.count)])
        }
        return parts.flatMap { $0 } + [.drop]
    }

    /// Returns the instructions that end the program for these sources, and do nothing for others.
    private static func part(_ sources: ArraySlice<MACAddress>) -> [FilterInstruction] {
        let groups = Dictionary(grouping: sources, by: \.firstTwo).sorted { $0.key < $1.key }
        // One load, two instructions for each group, one for each address, then the jump over `pass`.
        let end = 1 + 2 * groups.count + sources.count
        var part: [FilterInstruction] = [.loadFirstTwo]
        for (firstTwo, members) in groups {
            part.append(.skip(members.count + 1, unlessEqual: firstTwo))
            part.append(.loadLastFour)
            for (position, member) in members.enumerated() {
                let isLast = position == members.count - 1
                let toEnd = end - part.count - 1
                part.append(.jump(toEnd + 1, ifEqual: member.lastFour, otherwise: isLast ? toEnd : 0))
            }
        }
        return part + [.skipOne, .pass]
    }
}

extension MACAddress {
    fileprivate var firstTwo: UInt32 { UInt32(truncatingIfNeeded: bits >> 32) }
    fileprivate var lastFour: UInt32 { UInt32(truncatingIfNeeded: bits) }
}

/// The instructions of the program (linux/bpf_common.h) and its results, `TC_ACT_…` (linux/pkt_cls.h).
extension FilterInstruction {
    /// `BPF_LD | BPF_H | BPF_ABS`
    fileprivate static let loadFirstTwo = FilterInstruction(code: 0x28, operand: 6)
    /// `BPF_LD | BPF_W | BPF_ABS`
    fileprivate static let loadLastFour = FilterInstruction(code: 0x20, operand: 8)
    /// `BPF_JMP | BPF_JA`
    fileprivate static let skipOne = FilterInstruction(code: 0x05, operand: 1)
    /// `BPF_RET | BPF_K` with `TC_ACT_UNSPEC`
    fileprivate static let pass = FilterInstruction(code: 0x06, operand: UInt32(bitPattern: -1))
    /// `BPF_RET | BPF_K` with `TC_ACT_SHOT`
    fileprivate static let drop = FilterInstruction(code: 0x06, operand: 2)

    fileprivate static func skip(_ count: Int, unlessEqual value: UInt32) -> FilterInstruction {
        jump(0, ifEqual: value, otherwise: count)
    }

    /// `BPF_JMP | BPF_JEQ | BPF_K`; a part is short enough for each distance to fit.
    fileprivate static func jump(_ count: Int, ifEqual value: UInt32, otherwise other: Int) -> FilterInstruction {
        FilterInstruction(
            code: 0x15, jumpIfTrue: UInt8(truncatingIfNeeded: count), jumpIfFalse: UInt8(truncatingIfNeeded: other),
            operand: value)
    }
}
