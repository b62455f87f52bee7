import CMNL

/// One instruction of a classic BPF program (`struct sock_filter` in linux/filter.h).
package struct FilterInstruction: Hashable, Sendable {
    package var code: UInt16
    /// How many instructions a conditional jump skips if its condition is true.
    package var jumpIfTrue: UInt8
    /// How many instructions a conditional jump skips if its condition is false.
    package var jumpIfFalse: UInt8
    package var operand: UInt32

    /// The most instructions of one program (`BPF_MAXINSNS` in linux/bpf_common.h).
    package static let maximumCount = Int(BPF_MAXINSNS)
    /// The size of an instruction in a message, in bytes.
    static let size = MemoryLayout<sock_filter>.size

    package init(code: UInt16, jumpIfTrue: UInt8 = 0, jumpIfFalse: UInt8 = 0, operand: UInt32) {
        self.code = code
        self.jumpIfTrue = jumpIfTrue
        self.jumpIfFalse = jumpIfFalse
        self.operand = operand
    }

    /// Decodes a program; returns nil if the bytes are not a whole number of instructions.
    static func program(decoding bytes: [UInt8]) -> [FilterInstruction]? {
        guard bytes.count.isMultiple(of: size) else { return nil }
        return bytes.withUnsafeBytes { buffer in
            stride(from: 0, to: buffer.count, by: size).map { offset in
                let raw = buffer.loadUnaligned(fromByteOffset: offset, as: sock_filter.self)
                return FilterInstruction(code: raw.code, jumpIfTrue: raw.jt, jumpIfFalse: raw.jf, operand: raw.k)
            }
        }
    }

    var bytes: [UInt8] {
        withUnsafeBytes(of: sock_filter(code: code, jt: jumpIfTrue, jf: jumpIfFalse, k: operand)) { Array($0) }
    }
}
