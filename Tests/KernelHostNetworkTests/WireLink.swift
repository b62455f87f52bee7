import NetlinkTestKit
import NetworkTypes
import RouteNetlink
import TestSupport
import Testing

/// A link as a notification describes it, built byte by byte.
struct WireLink: Sendable, CustomTestStringConvertible {
    var index: Int32
    var name: String
    var kind: String?
    var lower: UInt32?
    var master: UInt32?
    var mtu: UInt32 = 1500
    var macAddress: [UInt8] = [2, 0, 0, 0, 0, 1]
    var flags: UInt32 = 0x1003
    var alias: String?
    var group: UInt32 = 0
    /// The reason for the notification, `IFLA_EVENT_…`.
    var event: UInt32?

    var testDescription: String { "\(name) \(kind ?? "") \(mtu) \(flags) \(macAddress)" }

    init(index: Int32, name: String, kind: String? = nil, lower: UInt32? = nil, alias: String? = nil) {
        self.index = index
        self.name = name
        self.kind = kind
        self.lower = lower
        self.alias = alias
    }

    /// Returns the bytes of the message. Type 16 is `RTM_NEWLINK`, and 17 is `RTM_DELLINK`.
    func bytes(type: Int = 16) -> [UInt8] {
        var payload: [UInt8] = [0, 0] + TestSupport.bytes(of: UInt16(1)) + TestSupport.bytes(of: index)
        payload += TestSupport.bytes(of: flags) + TestSupport.bytes(of: UInt32(0))
        payload += wireAttribute(1, macAddress) + wireAttribute(3, Array(name.utf8) + [0])
        payload += wireAttribute(4, TestSupport.bytes(of: mtu)) + wireAttribute(27, TestSupport.bytes(of: group))
        if let lower { payload += wireAttribute(5, TestSupport.bytes(of: lower)) }
        if let master { payload += wireAttribute(10, TestSupport.bytes(of: master)) }
        if let alias { payload += wireAttribute(20, Array(alias.utf8)) }
        if let event { payload += wireAttribute(44, TestSupport.bytes(of: event)) }
        if let kind { payload += wireAttribute(18, wireAttribute(1, Array(kind.utf8) + [0])) }
        return wireMessage(type: type, sequence: 0, payload)
    }

    func message() throws -> LinkMessage {
        try #require(try withMessage(bytes()) { try LinkMessage(decoding: $0) })
    }

    /// Copies of `eth0` with one property changed each.
    static var changes: [WireLink] {
        let changes: [(inout WireLink) -> Void] = [
            { $0.name = "eth9" }, { $0.kind = "bond" }, { $0.lower = 2 }, { $0.master = 5 }, { $0.mtu = 1400 },
            { $0.macAddress[5] = 2 }, { $0.flags = 0x1002 },
        ]
        return changes.map { change in
            var link = WireLink(index: 3, name: "eth0")
            change(&link)
            return link
        }
    }
}
