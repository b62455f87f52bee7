import CMNL
import Netlink
import NetlinkTestKit
import RouteNetlink
import SystemCalls

/// Inputs that are datagrams from the kernel.
enum NetlinkInput {
    /// Reads all messages and attributes, and also tries to read every attribute as a nest.
    static func isWellFormed(_ input: [UInt8]) -> Bool {
        var messages = MessageCursor(input.span.bytes)
        var bytes = 0
        do throws(DecodingError) {
            while let message = try messages.next() {
                bytes += MemoryLayout<nlmsghdr>.size + message.payload.byteCount
                precondition(bytes <= input.count, "the messages are longer than the datagram")
                switch Int(message.type) {
                case RTM_NEWADDR...RTM_GETADDR: try walk(message.attributes(after: ifaddrmsg.self), depth: 0)
                case RTM_NEWROUTE...RTM_GETROUTE: try walk(message.attributes(after: rtmsg.self), depth: 0)
                case RTM_NEWNEIGH...RTM_GETNEIGH: try walk(message.attributes(after: ndmsg.self), depth: 0)
                case RTM_NEWQDISC...RTM_GETTFILTER: try walk(message.attributes(after: tcmsg.self), depth: 0)
                default: try walk(message.attributes(after: ifinfomsg.self), depth: 0)
                }
            }
            return bytes > 0
        } catch {
            return false
        }
    }

    private static func walk(_ attributes: consuming AttributeCursor, depth: Int) throws(DecodingError) {
        while let attribute = try attributes.next() {
            _ = try? attribute.value(AttributeKey<UInt8>(attribute.type))
            _ = try? attribute.value(AttributeKey<UInt16>(attribute.type))
            _ = try? attribute.value(AttributeKey<UInt32>(attribute.type))
            _ = try? attribute.value(AttributeKey<BigEndian16>(attribute.type))
            _ = try? attribute.value(AttributeKey<String>(attribute.type))
            // Most attributes are not nests and cannot be read as such.
            if depth < 4 { try? walk(attribute.attributes, depth: depth + 1) }
        }
    }

    static func holdsVerdict(_ input: [UInt8]) -> Bool {
        any(of: NLMSG_ERROR, in: input) { (message) throws(DecodingError) in
            _ = try Acknowledgement.refusal(in: message).map { String(describing: $0) }
            return true
        }
    }

    static func holdsLink(_ input: [UInt8]) -> Bool {
        any(of: Int32(RTM_NEWLINK), in: input) { (message) throws(DecodingError) in
            let link = try LinkMessage(decoding: message)
            return link == link
        }
    }

    static func holdsAddress(_ input: [UInt8]) -> Bool {
        any(of: Int32(RTM_NEWADDR), in: input) { (message) throws(DecodingError) in
            try AddressMessage(decoding: message) != nil
        }
    }

    static func holdsRoute(_ input: [UInt8]) -> Bool {
        any(of: Int32(RTM_NEWROUTE), in: input) { (message) throws(DecodingError) in
            try RouteMessage(decoding: message) != nil
        }
    }

    static func holdsNamespace(_ input: [UInt8]) -> Bool {
        any(of: Int32(RTM_NEWNSID), in: input) { (message) throws(DecodingError) in
            try NamespaceID(decoding: message) != nil
        }
    }

    static func holdsForwardingEntry(_ input: [UInt8]) -> Bool {
        any(of: Int32(RTM_NEWNEIGH), in: input) { (message) throws(DecodingError) in
            try ForwardingEntry(decoding: message) != nil
        }
    }

    static func holdsNeighbor(_ input: [UInt8]) -> Bool {
        any(of: Int32(RTM_NEWNEIGH), in: input) { (message) throws(DecodingError) in
            try NeighborMessage(decoding: message) != nil
        }
    }

    static func holdsFilter(_ input: [UInt8]) -> Bool {
        any(of: Int32(RTM_NEWTFILTER), in: input) { (message) throws(DecodingError) in
            try IngressFilter(decoding: message) != nil
        }
    }

    /// Reads the whole input as a datagram, like the monitor.
    static func holdsNotification(_ input: [UInt8]) -> Bool {
        do throws(DecodingError) {
            return try !RouteNotification.all(in: input).isEmpty
        } catch {
            return error.description.isEmpty
        }
    }

    /// Reads the input as a connection's answer to its first request, with sequence number 1.
    static func isWholeAnswer(_ input: [UInt8]) -> Bool {
        let kernel = KernelScript(.answer { _ in input })
        var connection = NetlinkConnection { () throws(SystemError) in kernel.open() }
        do throws(NetlinkError) {
            let request = MessageBuilder(type: UInt16(RTM_GETLINK), flags: UInt16(NLM_F_DUMP))
            _ = try connection.dump(request) { (message) throws(DecodingError) in message.payload.byteCount }
            return true
        } catch {
            return error.errno != nil && !error.description.isEmpty
        }
    }

    /// Tries to read all messages of a type. Returns true if one of them can be read.
    private static func any(
        of type: Int32, in input: [UInt8], _ read: (borrowing Message) throws(DecodingError) -> Bool
    ) -> Bool {
        var messages = MessageCursor(input.span.bytes)
        var isRead = false
        while let message = try? messages.next() {
            guard Int32(message.type) == type else { continue }
            if (try? read(message)) == true { isRead = true }
        }
        return isRead
    }
}
