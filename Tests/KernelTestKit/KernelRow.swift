import CMNL
import Netlink
package import NetworkTypes
import RouteNetlink
import SystemCalls

/// A link, address or route with all attributes that the kernel sends, including those that swiftvlan ignores.
package struct KernelRow: Hashable, Sendable {
    /// The bytes of each header field by its name, and of each attribute by its number and those of the enclosing
    /// attributes, such as `26.10.8`. Attributes of a link kind begin with its name, as in `macvlan.1` and, for ports of
    /// a bridge, `bridge port.5`.
    package var values: [String: [UInt8]] = [:]

    /// Returns the value as an integer in host byte order; nil unless it has four bytes.
    package func number(_ key: String) -> Int32? {
        guard let bytes = values[key], bytes.count == 4 else { return nil }
        return bytes.withUnsafeBytes { $0.loadUnaligned(as: Int32.self) }
    }

    /// Returns the value as a string, without its terminating zero.
    package func text(_ key: String) -> String? {
        values[key].map { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    /// Returns the row without some of its values.
    package func leavingOut(_ keys: some Collection<String>) -> KernelRow {
        var copy = self
        for key in keys { copy.values[key] = nil }
        return copy
    }

    /// Returns the differences from another row, for error messages.
    package func difference(from other: KernelRow) -> [String] {
        Set(values.keys).union(other.values.keys).sorted().compactMap { key in
            let (now, before) = (values[key], other.values[key])
            return now == before ? nil : "\(key): \(before.map { "\($0)" } ?? "-") → \(now.map { "\($0)" } ?? "-")"
        }
    }
}

extension KernelRow {
    /// Returns the links of the calling thread's network namespace, without their counters.
    package static func links() throws -> [KernelRow] {
        var request = try MessageBuilder(RTM_GETLINK, flags: NLM_F_DUMP, ifinfomsg())
        try request.put(AttributeKey<UInt32>(IFLA_EXT_MASK), UInt32(RTEXT_FILTER_SKIP_STATS))
        return try rows(request) { (message) throws(DecodingError) in
            let header = try message.header(as: ifinfomsg.self)
            var row = KernelRow()
            row.values["index"] = bytes(header.ifi_index)
            row.values["type"] = bytes(header.ifi_type)
            row.values["flags"] = bytes(header.ifi_flags)
            try row.take(message.attributes(after: ifinfomsg.self), in: "")
            return row
        }
    }

    /// Returns the addresses of both families.
    package static func addresses() throws -> [KernelRow] {
        try rows(MessageBuilder(RTM_GETADDR, flags: NLM_F_DUMP, ifaddrmsg())) { (message) throws(DecodingError) in
            let header = try message.header(as: ifaddrmsg.self)
            var row = KernelRow()
            row.values["header"] = [header.ifa_family, header.ifa_prefixlen, header.ifa_scope]
            row.values["index"] = bytes(header.ifa_index)
            try row.take(message.attributes(after: ifaddrmsg.self), in: "")
            return row
        }
    }

    /// Returns the addresses of a link. On a point-to-point link `IFA_ADDRESS` is the peer's (linux/if_addr.h).
    package static func addresses(of link: InterfaceIndex) throws -> [IPPrefix] {
        try addresses().filter { $0.number("index") == link.number }.compactMap { row in
            let octets = row.values["\(IFA_LOCAL)"] ?? row.values["\(IFA_ADDRESS)"] ?? []
            return IPAddress(octets: octets).flatMap { IPPrefix($0, length: Int(row.values["header"]?[1] ?? 0)) }
        }
    }

    /// Returns the routes of both families in all tables, including those that the kernel adds for addresses.
    package static func routes() throws -> [KernelRow] {
        try [AF_INET, AF_INET6].flatMap { family in
            var header = rtmsg()
            header.rtm_family = UInt8(family)
            let request = try MessageBuilder(RTM_GETROUTE, flags: NLM_F_DUMP, header)
            return try rows(request) { (message) throws(DecodingError) in
                let header = try message.header(as: rtmsg.self)
                var row = KernelRow()
                row.values["header"] = [
                    header.rtm_family, header.rtm_dst_len, header.rtm_src_len, header.rtm_tos, header.rtm_table,
                    header.rtm_scope, header.rtm_type,
                ]
                row.values["protocol"] = [header.rtm_protocol]
                try row.take(message.attributes(after: rtmsg.self), in: "")
                return row
            }
        }
    }

    private static func rows(
        _ request: borrowing MessageBuilder, _ decode: (borrowing Message) throws(DecodingError) -> KernelRow
    ) throws -> [KernelRow] {
        var connection = NetlinkConnection { () throws(SystemError) in try NetlinkSocket.open() }
        return try connection.dump(request) { (message) throws(DecodingError) in try decode(message) }
    }

    /// Reads a sequence of attributes, and the attributes nested in those that are known to be nests.
    private mutating func take(_ attributes: consuming AttributeCursor, in path: String) throws(DecodingError) {
        while let attribute = try attributes.next() {
            let key = path.isEmpty ? "\(attribute.type)" : "\(path).\(attribute.type)"
            switch key {
            case "\(IFLA_LINKINFO)", "\(IFLA_AF_SPEC)", "\(IFLA_AF_SPEC).\(AF_INET)", "\(IFLA_AF_SPEC).\(AF_INET6)":
                try take(attribute.attributes, in: key)
            case "\(IFLA_LINKINFO).\(IFLA_INFO_DATA)":
                try take(attribute.attributes, in: text("\(IFLA_LINKINFO).\(IFLA_INFO_KIND)") ?? key)
            case "\(IFLA_LINKINFO).\(IFLA_INFO_SLAVE_DATA)":
                let kind = text("\(IFLA_LINKINFO).\(IFLA_INFO_SLAVE_KIND)") ?? key
                try take(attribute.attributes, in: "\(kind) port")
            default: values[key] = attribute.bytes
            }
        }
    }
}

private func bytes(_ number: some BitwiseCopyable) -> [UInt8] { withUnsafeBytes(of: number) { Array($0) } }
