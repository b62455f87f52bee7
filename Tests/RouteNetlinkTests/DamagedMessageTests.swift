import Netlink
import NetlinkTestKit
import RouteNetlink
import TestSupport
import Testing

@Suite("Damaged messages")
struct DamagedMessageTests {
    @Test("A message with some bits flipped is read or refused without a trap", arguments: try Vector.names())
    func flipped(vector: String) throws {
        var random = SeededGenerator(seed: 1)
        for message in try Vector(vector).messages {
            for _ in 0..<200 { decode(message.damaged(using: &random)) }
        }
    }

    @Test(
        "A message with any bit of an attribute header flipped is read or refused without a trap",
        arguments: ["request-veth-pair", "request-vlan-802.1q"])
    func everyFlip(vector: String) throws {
        for message in try Vector(vector).messages {
            for bit in 0..<message.count * 8 { decode(message.flipping(bit: bit)) }
        }
    }

    @Test("A message that is cut off anywhere is read or refused without a trap", arguments: try Vector.names())
    func truncated(vector: String) throws {
        for message in try Vector(vector).messages {
            // The header's length fits too, or the message would be refused before anything is read.
            for count in 16..<message.count { decode(bytes(of: UInt32(count)) + message[4..<count]) }
        }
    }

    @Test("A datagram with one damaged message is read or refused without a trap", arguments: try Vector.names())
    func several(vector: String) throws {
        var random = SeededGenerator(seed: 2)
        let messages = try Vector(vector).messages
        for _ in 0..<100 {
            let datagram = (messages + messages).flatMap { $0 + Array(repeating: 0, count: -$0.count & 3) }
            _ = try? RouteNotification.all(in: datagram.damaged(using: &random))
        }
    }

    /// Reads the message with every decoder, whatever its type.
    private func decode(_ message: [UInt8]) {
        _ = try? withMessage(message) { _ = try LinkMessage(decoding: $0) }
        _ = try? withMessage(message) { _ = try BridgeVLANMessage(decoding: $0) }
        _ = try? withMessage(message) { _ = try RouteMessage(decoding: $0) }
        _ = try? withMessage(message) { _ = try AddressMessage(decoding: $0) }
        _ = try? withMessage(message) { _ = try NeighborMessage(decoding: $0) }
        _ = try? withMessage(message) { _ = try IngressFilter(decoding: $0) }
        _ = try? withMessage(message) { _ = try NamespaceID(decoding: $0) }
        _ = try? withMessage(message) { _ = try ForwardingEntry(decoding: $0) }
        _ = try? withMessage(message) { _ = try RouteNotification(decoding: $0) }
        _ = try? withMessage(message) { _ = try Acknowledgement.refusal(in: $0) }
    }
}
