import CMNL
package import Netlink

extension RouteClient where Transport: ~Copyable {
    /// Lists the network namespaces for which this one has an ID; it may itself be among them.
    package mutating func namespaces() throws(RouteError) -> [NamespaceID] {
        let request = { () throws(EncodingError) in
            try MessageBuilder(RTM_GETNSID, flags: NLM_F_DUMP, rtgenmsg())
        }
        return try dump("list the network namespaces", request) { (message) throws(DecodingError) in
            try NamespaceID(decoding: message)
        }
    }

    /// Returns the ID that this namespace has for the namespace of an open file, or nil if it has none.
    package mutating func namespace(ofFile descriptor: Int32) throws(RouteError) -> NamespaceID? {
        let request = { () throws(EncodingError) in
            var message = try MessageBuilder(RTM_GETNSID, flags: NLM_F_ACK, rtgenmsg())
            try message.put(NamespaceID.fileKey, UInt32(bitPattern: descriptor))
            return message
        }
        var found: NamespaceID?
        try execute("find a network namespace", request) { (message) throws(DecodingError) in
            found = try NamespaceID(decoding: message)
        }
        return found
    }

    /// Lists all links of another namespace. The kernel refuses this if the namespace is gone (`EINVAL`), or if this
    /// process may not change its links (`EACCES`; `rtnl_get_net_ns_capable` in net/core/rtnetlink.c).
    package mutating func links(in namespace: NamespaceID) throws(RouteError) -> [LinkMessage] {
        try dump(
            "list the links of network namespace \(namespace.rawValue)",
            { () throws(EncodingError) in try LinkRequests.dump(namespace) },
            LinkMessage.init(listed:))
    }
}

/// The ID by which one network namespace refers to another (ip-netns(8), `ip netns list-id`).
///
/// The kernel assigns an ID when a link is moved to the other namespace, or when it describes a link whose lower link
/// is there. All IDs in requests and answers are those of the connection's namespace.
package struct NamespaceID: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int32

    package init(rawValue: Int32) { self.rawValue = rawValue }
}

extension NamespaceID {
    fileprivate static let fileKey = AttributeKey<UInt32>(NETNSA_FD)
    private static let numberKey = AttributeKey<Int32>(NETNSA_NSID)

    /// Decodes an ID from `RTM_NEWNSID`; returns nil for other messages, and if the namespace has none.
    ///
    ///     |<- nlmsghdr 16 ->|<- rtgenmsg 1, padded to 4 ->|<- NETNSA_… attributes ->|
    package init?(decoding message: borrowing Message) throws(DecodingError) {
        guard Int(message.type) == RTM_NEWNSID else { return nil }
        _ = try message.header(as: rtgenmsg.self)
        var number = NETNSA_NSID_NOT_ASSIGNED
        var attributes = message.attributes(after: rtgenmsg.self)
        while let attribute = try attributes.next() {
            if attribute.is(Self.numberKey) { number = try attribute.value(Self.numberKey) }
        }
        guard number != NETNSA_NSID_NOT_ASSIGNED else { return nil }
        self.init(rawValue: number)
    }
}
