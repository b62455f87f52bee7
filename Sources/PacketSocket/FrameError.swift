/// Why received bytes are not a frame that this target reads.
package enum FrameError: Error, Hashable {
    /// The frame ends within a header or message.
    case truncated(size: Int, expected: Int)
    /// A field has a value of another protocol or message.
    case unsupported(FrameField, UInt16)
    /// An option of neighbor discovery has a length of 0, exceeds the message, or has the wrong size for its type.
    case badOption(type: UInt8, size: Int)
    /// The ICMPv6 message was damaged on its way.
    case badChecksum
    /// A neighbor discovery message breaks a rule of RFC 4861 §7.1.
    case forbidden(NeighborRule)
}

/// The fields that decide whether a frame is read.
package enum FrameField: String, Hashable, Sendable {
    case etherType = "EtherType"
    case hardwareType = "ARP hardware type"
    case protocolType = "ARP protocol type"
    case addressLengths = "pair of ARP address lengths"
    case operation = "ARP operation"
    case version = "IP version"
    case nextHeader = "IPv6 next header"
    case hopLimit = "hop limit"
    case messageType = "ICMPv6 type"
    case messageCode = "ICMPv6 code"
}

/// The rules for neighbor discovery messages whose violation makes a receiver discard them (RFC 4861 §7.1.1, §7.1.2).
package enum NeighborRule: String, Hashable, Sendable {
    case targetIsUnicast = "the target is a multicast address"
    case probeGoesToSolicitedNode = "a probe goes to an address that is not a solicited-node address"
    case probeHasNoLinkLayerAddress = "a probe contains its sender's MAC address"
    case solicitedAnswerIsUnicast = "an advertisement to a multicast address is flagged as solicited"
}

extension FrameError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .truncated(let size, let expected): "\(size) bytes where \(expected) are expected"
        case .unsupported(let field, let value): "unsupported \(field.rawValue) 0x\(String(value, radix: 16))"
        case .badOption(let type, let size): "\(size) bytes as neighbor discovery option \(type)"
        case .badChecksum: "wrong ICMPv6 checksum"
        case .forbidden(let rule): rule.rawValue
        }
    }
}
