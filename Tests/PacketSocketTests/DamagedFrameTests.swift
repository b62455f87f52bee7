import NetworkTypes
@testable import PacketSocket
import TestSupport
import Testing

@Suite("Damaged frames")
struct DamagedFrameTests {
    @Test("A frame that is cut off anywhere is refused", arguments: try FrameVector.names())
    func truncated(name: String) throws {
        let bytes = try FrameVector(name).bytes
        for count in 0..<bytes.count {
            #expect(throws: FrameError.self, "\(count) bytes") { try EthernetFrame(decoding: Array(bytes[..<count])) }
        }
    }

    @Test("A frame with any bit flipped is refused, or read as a frame that is encoded to the same bytes")
    func flipped() throws {
        for name in try FrameVector.names() {
            let bytes = try FrameVector(name).bytes
            for bit in 0..<bytes.count * 8 {
                let damaged = bytes.flipping(bit: bit)
                guard let frame = try? EthernetFrame(decoding: damaged) else { continue }
                // Traffic class and flow label are not kept.
                let isLabel = name.hasPrefix("neighbor") && (14..<18).contains(bit / 8)
                expect(frame.bytes, equals: isLabel ? bytes : damaged, "bit \(bit) of \(name)")
            }
        }
    }

    @Test("A neighbor discovery message with any bit flipped has a wrong checksum")
    func checksum() throws {
        for name in try FrameVector.names() where name.hasPrefix("neighbor") {
            let bytes = try FrameVector(name).bytes
            for bit in 22 * 8..<bytes.count * 8 {
                #expect(throws: FrameError.badChecksum) { try EthernetFrame(decoding: bytes.flipping(bit: bit)) }
            }
        }
    }

    @Test("A frame with random damage and a right checksum is read or refused without a trap", arguments: 0..<20)
    func random(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for name in try FrameVector.names() {
            let bytes = try FrameVector(name).bytes
            for _ in 0..<500 {
                var damaged = bytes.damaged(using: &random)
                damaged.removeLast(Int.random(in: 0...8, using: &random))
                for _ in 0..<Int.random(in: 0...16, using: &random) {
                    damaged.append(UInt8.random(in: 0...255, using: &random))
                }
                if damaged.count > 58, name.hasPrefix("neighbor") { damaged = withRightLengthAndChecksum(damaged) }
                do throws(FrameError) {
                    _ = try EthernetFrame(decoding: damaged)
                } catch {
                    #expect(!error.description.isEmpty)
                }
            }
        }
    }
}

/// Returns the bytes of an IPv6 frame with the length in its header and the ICMPv6 checksum set right.
func withRightLengthAndChecksum(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    let length = UInt16(bytes.count - 54)
    bytes.replaceSubrange(18..<20, with: length.octets)
    bytes.replaceSubrange(56..<58, with: [0, 0])
    var checksum = InternetChecksum()
    checksum.add(Array(bytes[22...]))
    checksum.add(length.octets + [0, 58])
    bytes.replaceSubrange(56..<58, with: checksum.value.octets)
    return bytes
}
