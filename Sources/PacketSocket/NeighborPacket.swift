package import NetworkTypes

/// An IPv6 packet with a neighbor discovery message (RFC 8200 §3, RFC 4861 §4).
///
///     |<- version, class, label 4 ->|<- length 2 ->|<- next header 1 ->|<- hop limit 1 ->|
///     |<- source 16 ->|<- destination 16 ->|<- ICMPv6: type 1, code 1, checksum 2, message, options ->|
///
/// Packets with extension headers are not read: hosts send these messages without any.
package struct NeighborPacket: Hashable, Sendable {
    /// The ICMPv6 message.
    package enum Message: Hashable, Sendable {
        case solicitation(NeighborSolicitation)
        case advertisement(NeighborAdvertisement)
    }

    package var source: IPv6Address
    package var destination: IPv6Address
    package var message: Message

    package init(from source: IPv6Address, to destination: IPv6Address, _ message: Message) {
        self.source = source
        self.destination = destination
        self.message = message
    }

    private static let version: UInt32 = 6
    private static let icmpv6: UInt8 = 58
    /// No router has forwarded the packet, so the sender is on the link (RFC 4861 §3.1).
    private static let hopLimit: UInt8 = 255
    private static let checksumOffset = 2

    @_lifetime(cursor: copy cursor)
    init(decoding cursor: inout FrameCursor) throws(FrameError) {
        // Traffic class and flow label may have any value.
        let version = try cursor.number(as: UInt32.self) >> 28
        guard version == Self.version else { throw .unsupported(.version, UInt16(truncatingIfNeeded: version)) }
        let length = Int(try cursor.number(as: UInt16.self))
        try cursor.expect(Self.icmpv6, as: .nextHeader)
        try cursor.expect(Self.hopLimit, as: .hopLimit)
        source = try cursor.ipv6Address()
        destination = try cursor.ipv6Address()
        let body = try cursor.part(of: length)
        var checksum = Self.pseudoHeader(source, destination, length: length)
        checksum.add(body)
        guard checksum.value == 0 else { throw .badChecksum }
        message = try Self.message(decoding: FrameCursor(body))
        try checkRules()
    }

    private static func message(decoding cursor: consuming FrameCursor) throws(FrameError) -> Message {
        let type = try cursor.number(as: UInt8.self)
        try cursor.expect(UInt8(0), as: .messageCode)
        _ = try cursor.number(as: UInt16.self)
        switch type {
        case NeighborSolicitation.type: return .solicitation(try NeighborSolicitation(decoding: &cursor))
        case NeighborAdvertisement.type: return .advertisement(try NeighborAdvertisement(decoding: &cursor))
        default: throw .unsupported(.messageType, UInt16(type))
        }
    }

    private func checkRules() throws(FrameError) {
        switch message {
        case .solicitation(let solicitation):
            guard !solicitation.target.isMulticast else { throw .forbidden(.targetIsUnicast) }
            guard source == .unspecified else { return }
            guard destination.isSolicitedNode else { throw .forbidden(.probeGoesToSolicitedNode) }
            guard solicitation.sourceMAC == nil else { throw .forbidden(.probeHasNoLinkLayerAddress) }
        case .advertisement(let advertisement):
            guard !advertisement.target.isMulticast else { throw .forbidden(.targetIsUnicast) }
            guard !destination.isMulticast || !advertisement.flags.contains(.solicited) else {
                throw .forbidden(.solicitedAnswerIsUnicast)
            }
        }
    }

    var bytes: [UInt8] {
        var body =
            switch message {
            case .solicitation(let solicitation): solicitation.bytes
            case .advertisement(let advertisement): advertisement.bytes
            }
        var checksum = Self.pseudoHeader(source, destination, length: body.count)
        checksum.add(body)
        body.replaceSubrange(Self.checksumOffset..<Self.checksumOffset + 2, with: checksum.value.octets)
        return (Self.version << 28).octets + UInt16(truncatingIfNeeded: body.count).octets
            + [Self.icmpv6, Self.hopLimit] + source.octets + destination.octets + body
    }

    /// Starts a checksum with the pseudo-header (RFC 8200 §8.1).
    private static func pseudoHeader(
        _ source: IPv6Address, _ destination: IPv6Address, length: Int
    ) -> InternetChecksum {
        var checksum = InternetChecksum()
        checksum.add(source.octets + destination.octets)
        checksum.add(UInt32(truncatingIfNeeded: length).octets + [0, 0, 0, icmpv6])
        return checksum
    }
}
