package import NetworkTypes

/// The question which host has an IPv6 address (RFC 4861 §4.3).
///
///     |<- type, code, checksum 4 ->|<- reserved 4 ->|<- target 16 ->|<- options ->|
package struct NeighborSolicitation: Hashable, Sendable {
    static let type: UInt8 = 135

    package var target: IPv6Address
    /// The sender's MAC address; absent in a probe.
    package var sourceMAC: MACAddress?
    package var nonce: Nonce?

    package init(for target: IPv6Address, sourceMAC: MACAddress? = nil, nonce: Nonce? = nil) {
        self.target = target
        self.sourceMAC = sourceMAC
        self.nonce = nonce
    }

    @_lifetime(cursor: copy cursor)
    init(decoding cursor: inout FrameCursor) throws(FrameError) {
        _ = try cursor.number(as: UInt32.self)
        target = try cursor.ipv6Address()
        let options = try NeighborOptions(decoding: &cursor, of: [.sourceMAC, .nonce])
        sourceMAC = options.sourceMAC
        nonce = options.nonce
    }

    /// The message with a checksum of zero.
    var bytes: [UInt8] {
        [Self.type, 0, 0, 0, 0, 0, 0, 0] + target.octets + NeighborOptions(sourceMAC: sourceMAC, nonce: nonce).bytes
    }
}
