import DriverCore
import DriverTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

@testable import KernelHostNetwork

@Suite("SourceFilter")
struct SourceFilterTests {
    /// Sets of sources: none, one, a shared prefix, addresses that differ in their first two octets only, and as many as
    /// fit, all with different first two octets or all with the same.
    private static let sets: [Set<MACAddress>] = [
        [], ["02:42:ac:11:00:02"], ["02:42:ac:11:00:02", "02:42:ac:11:00:03", "02:43:ac:11:00:02"],
        Set((0..<300).map { MACAddress(bits: 0x0242_AC11_0000 + $0) }),
        Set((0..<UInt64(HostLimits.shimSources)).map { MACAddress(bits: 0x0242_AC11_0000 + $0) }),
        Set((0..<UInt64(HostLimits.shimSources)).map { MACAddress(bits: $0 << 34 | 7) }),
    ]

    @Test("The filter passes what each source sends and drops what others send", arguments: sets.indices)
    func verdicts(_ set: Int) throws {
        let sources = Self.sets[set]
        let program = try #require(SourceFilter(sources: sources)).program
        for source in sources {
            #expect(try verdict(of: program, onFrameFrom: source) == -1)
            for other in [source.bits ^ 1, source.bits ^ 1 << 40, source.bits ^ 1 << 32].map(MACAddress.init(bits:)) {
                #expect(try verdict(of: program, onFrameFrom: other) == (sources.contains(other) ? -1 : 2))
            }
        }
        #expect(try verdict(of: program, onFrameFrom: "0e:00:00:00:00:01") == 2)
    }

    @Test("The program fits the kernel's limit, and its sources can be read back", arguments: sets.indices)
    func readBack(_ set: Int) throws {
        let filter = try #require(SourceFilter(sources: Self.sets[set]))
        #expect(filter.program.count <= FilterInstruction.maximumCount)
        #expect(SourceFilter(program: filter.program) == filter)
    }

    @Test("A filter has room for a limited number of sources")
    func limit() {
        let sources = Set((0...UInt64(HostLimits.shimSources)).map(MACAddress.init(bits:)))
        #expect(SourceFilter(sources: sources) == nil)
    }

    @Test("A program that differs in any instruction is not read as a filter")
    func foreign() throws {
        let program = try #require(SourceFilter(sources: Self.sets[2])).program
        #expect(SourceFilter(program: []) == nil)
        #expect(SourceFilter(program: program + program) == nil)
        for place in program.indices {
            var changed = program
            changed[place].code ^= 1
            #expect(SourceFilter(program: changed) == nil)
            changed[place] = program[place]
            changed[place].jumpIfTrue ^= 1
            #expect(SourceFilter(program: changed) == nil)
            #expect(SourceFilter(program: Array(program[..<place])) == nil)
        }
    }

    @Test("A random program is read or refused without a trap", arguments: 0..<200 as Range<UInt64>)
    func random(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var program = try #require(SourceFilter(sources: Self.sets[2])).program
        for _ in 0..<4 {
            program[Int.random(in: program.indices, using: &random)] = FilterInstruction(
                code: [0x28, 0x20, 0x15, 0x06].randomElement(using: &random) ?? 0,
                jumpIfTrue: .random(in: 0...255, using: &random), jumpIfFalse: .random(in: 0...255, using: &random),
                operand: .random(in: 0...9, using: &random))
        }
        _ = SourceFilter(program: program)
    }

    /// Runs a program like the kernel (Documentation/networking/filter.rst), with the instructions that filters use.
    private func verdict(of program: [FilterInstruction], onFrameFrom source: MACAddress) throws -> Int32 {
        let frame = [UInt8](repeating: 0xFF, count: 6) + source.octets + [8, 0]
        var (place, accumulator) = (0, UInt32(0))
        while place < program.count {
            let instruction = program[place]
            place += 1
            switch instruction.code {
            case 0x20, 0x28:
                let octets = frame[Int(instruction.operand)...].prefix(instruction.code == 0x20 ? 4 : 2)
                accumulator = octets.reduce(0) { $0 << 8 | UInt32($1) }
            case 0x15:
                let isEqual = accumulator == instruction.operand
                place += Int(isEqual ? instruction.jumpIfTrue : instruction.jumpIfFalse)
            case 0x05: place += Int(instruction.operand)
            case 0x06: return Int32(bitPattern: instruction.operand)
            default: throw UnknownInstruction(code: instruction.code)
            }
        }
        throw UnknownInstruction(code: 0)
    }

    private struct UnknownInstruction: Error {
        let code: UInt16
    }
}
