import RouteNetlink

/// Runs a classic BPF program on a frame, as the kernel does (`bpf_check_classic` in net/core/filter.c lists the
/// instructions). It knows those that compare parts of a frame with numbers.
struct FilterMachine {
    /// The verdict that drops a frame (`TC_ACT_SHOT` in linux/pkt_cls.h).
    private static let drop: UInt32 = 2

    private enum Instruction {
        // BPF_LD with BPF_ABS, and BPF_W, BPF_H or BPF_B
        static let loads: [UInt16: Int] = [0x20: 4, 0x28: 2, 0x30: 1]
        // BPF_JMP with BPF_K, and BPF_JA, BPF_JEQ, BPF_JGT, BPF_JGE or BPF_JSET
        static let (jump, isEqual, isGreater, isAtLeast, hasBits) = (
            UInt16(0x05), UInt16(0x15), UInt16(0x25), UInt16(0x35), UInt16(0x45)
        )
        // BPF_ALU with BPF_AND and BPF_K; BPF_RET with BPF_K or BPF_A
        static let (and, returnNumber, returnLoaded) = (UInt16(0x54), UInt16(0x06), UInt16(0x16))
    }

    let program: [FilterInstruction]

    /// Returns whether the program lets a frame from a MAC address pass.
    func passes(from macAddress: [UInt8]) throws -> Bool {
        let receiver: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
        return try verdict(on: receiver + macAddress + [0x08, 0x06] + Array(repeating: 0, count: 46)) != Self.drop
    }

    private func verdict(on frame: [UInt8]) throws -> UInt32 {
        var (loaded, next) = (UInt32(0), 0)
        // Jumps lead only forward.
        while next < program.count {
            let instruction = program[next]
            let operand = instruction.operand
            next += 1
            switch instruction.code {
            case Instruction.returnNumber: return operand
            case Instruction.returnLoaded: return loaded
            case Instruction.and: loaded &= operand
            case Instruction.jump: next += Int(operand)
            case Instruction.isEqual: next += instruction.skipped(if: loaded == operand)
            case Instruction.isGreater: next += instruction.skipped(if: loaded > operand)
            case Instruction.isAtLeast: next += instruction.skipped(if: loaded >= operand)
            case Instruction.hasBits: next += instruction.skipped(if: loaded & operand != 0)
            case let code:
                guard let size = Instruction.loads[code], Int(operand) + size <= frame.count else {
                    throw ChaosError("the filter has the instruction \(instruction), which the harness does not know")
                }
                loaded = frame[Int(operand)..<Int(operand) + size].reduce(0) { $0 << 8 | UInt32($1) }
            }
        }
        throw ChaosError("the filter of \(program.count) instructions ends without a verdict")
    }
}

extension FilterInstruction {
    fileprivate func skipped(if condition: Bool) -> Int { Int(condition ? jumpIfTrue : jumpIfFalse) }
}
