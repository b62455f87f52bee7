import CMNL
import Netlink
package import NetworkTypes

/// The settings of a macvlan: an interface with its own MAC address on its parent's LAN (drivers/net/macvlan.c).
package struct MacvlanLink: Hashable, Sendable {
    package static let kindName = "macvlan"
    static let tapKindName = "macvtap"

    private static let modeKey = AttributeKey<UInt32>(IFLA_MACVLAN_MODE)
    private static let broadcastQueueLengthKey = AttributeKey<UInt32>(IFLA_MACVLAN_BC_QUEUE_LEN)

    /// The kernel's number for the mode, a single bit: private 1, vepa 2, bridge 4, passthru 8, source 16.
    package let rawMode: UInt32

    /// The number of broadcast packets that the parent queues for its links; it uses the largest value of all links.
    ///
    /// Nil means the kernel's default (`MACVLAN_DEFAULT_BC_QUEUE_LEN`). Kernels before 5.11 silently ignore the setting
    /// and report nil.
    package let broadcastQueueLength: UInt32?

    package init(mode: MacvlanMode, broadcastQueueLength: UInt32? = nil) {
        self.broadcastQueueLength = broadcastQueueLength
        rawMode =
            switch mode {
            case .private: MACVLAN_MODE_PRIVATE.rawValue
            case .vepa: MACVLAN_MODE_VEPA.rawValue
            case .bridge: MACVLAN_MODE_BRIDGE.rawValue
            case .passthru: MACVLAN_MODE_PASSTHRU.rawValue
            }
    }

    /// The mode, if this project supports it.
    package var mode: MacvlanMode? { MacvlanMode.allCases.first { MacvlanLink(mode: $0).rawMode == rawMode } }

    func encode(into message: inout MessageBuilder) throws(EncodingError) {
        try message.put(Self.modeKey, rawMode)
        if let broadcastQueueLength { try message.put(Self.broadcastQueueLengthKey, broadcastQueueLength) }
    }

    init(decoding attributes: consuming AttributeCursor) throws(DecodingError) {
        var mode: UInt32 = 0
        var broadcastQueueLength: UInt32?
        while let attribute = try attributes.next() {
            if attribute.is(Self.modeKey) { mode = try attribute.value(Self.modeKey) }
            if attribute.is(Self.broadcastQueueLengthKey) {
                broadcastQueueLength = try attribute.value(Self.broadcastQueueLengthKey)
            }
        }
        rawMode = mode
        self.broadcastQueueLength = broadcastQueueLength
    }
}
