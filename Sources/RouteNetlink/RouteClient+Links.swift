import CMNL
import Netlink
package import NetworkTypes
import SystemCalls

extension RouteClient where Transport: ~Copyable {
    /// Lists all links of the network namespace.
    package mutating func links() throws(RouteError) -> [LinkMessage] {
        try dump("list the links", { () throws(EncodingError) in try LinkRequests.dump() }, LinkMessage.init(listed:))
    }

    /// Finds the link with a name or alternative name; returns nil if no link has it.
    ///
    /// Kernels before 5.5 have no alternative names, and treat a request with a long one as a request without a name
    /// (`EINVAL`; `rtnl_getlink` in net/core/rtnetlink.c).
    package mutating func link(named name: LinkName) throws(RouteError) -> LinkMessage? {
        do throws(RouteError) {
            return try oneLink("find link \"\(name)\"") { () throws(EncodingError) in try LinkRequests.get(name) }
        } catch {
            guard error.errno == .invalidArgument, InterfaceName(name.text) == nil else { throw error }
            return nil
        }
    }

    package mutating func link(named name: InterfaceName) throws(RouteError) -> LinkMessage? {
        try link(named: LinkName(name))
    }

    /// Lists the VLANs that each bridge and each bridge port passes.
    package mutating func bridgeVLANs() throws(RouteError) -> [BridgeVLANMessage] {
        try dump(
            "list the VLANs of bridges", { () throws(EncodingError) in try LinkRequests.dumpBridgeVLANs() },
            BridgeVLANMessage.init(listed:))
    }

    /// Finds the link with an index; returns nil if no link has it.
    package mutating func link(at index: InterfaceIndex) throws(RouteError) -> LinkMessage? {
        try oneLink("find link index \(index)") { () throws(EncodingError) in try LinkRequests.get(index) }
    }

    /// Creates a link, which is down at first; `parentName` is only for error messages.
    ///
    /// - Returns: The created link, if `isEchoed` asks for it and the kernel sends it (since Linux 6.2).
    @discardableResult
    package mutating func create(
        _ link: NewLink, parentName: String? = nil, isEchoed: Bool = false
    ) throws(RouteError) -> LinkMessage? {
        let place = parentName.map { " on \"\($0)\"" } ?? ""
        var created: LinkMessage?
        try execute("create \(link.kind.name) link \"\(link.name)\"\(place)") { () throws(EncodingError) in
            try LinkRequests.create(link, isEchoed: isEchoed)
        } answers: { (message) throws(DecodingError) in
            if Int(message.type) == RTM_NEWLINK { created = try LinkMessage(decoding: message) }
        }
        return created
    }

    /// Changes a link in one request. The kernel checks most changes before it applies any.
    package mutating func change(
        _ index: InterfaceIndex, named name: String, _ changes: LinkChanges
    ) throws(RouteError) {
        try execute("change link \"\(name)\" (\(changes))") { () throws(EncodingError) in
            try LinkRequests.change(index, changes)
        }
    }

    /// Deletes a link and its upper links; blocks for a kernel grace period of about 17 ms.
    package mutating func delete(_ index: InterfaceIndex, named name: String) throws(RouteError) {
        try execute("delete link \"\(name)\"") { () throws(EncodingError) in try LinkRequests.delete(index) }
    }

    /// Deletes a link by its name, for a new link whose index is not known yet.
    package mutating func delete(_ name: InterfaceName) throws(RouteError) {
        try execute("delete link \"\(name)\"") { () throws(EncodingError) in try LinkRequests.delete(name) }
    }

    /// Deletes all links of a group and their upper links; blocks for a single kernel grace period.
    ///
    /// The kernel deletes none of them if one cannot be deleted (`EOPNOTSUPP`, such as a NIC) or if the group is the
    /// default one (`EPERM`). It refuses a group without links (`ENODEV`; `rtnl_group_dellink` in
    /// net/core/rtnetlink.c).
    package mutating func delete(_ group: LinkGroup) throws(RouteError) {
        try execute("delete the links of group \(group.rawValue)") { () throws(EncodingError) in
            try LinkRequests.delete(group)
        }
    }

    private mutating func oneLink(
        _ operation: @autoclosure () -> String, _ request: () throws(EncodingError) -> MessageBuilder
    ) throws(RouteError) -> LinkMessage? {
        var found: LinkMessage?
        do throws(RouteError) {
            try execute(operation(), request) { (message) throws(DecodingError) in
                if Int(message.type) == RTM_NEWLINK { found = try LinkMessage(decoding: message) }
            }
        } catch {
            guard error.errno == .noSuchDevice else { throw error }
        }
        return found
    }
}

extension LinkChanges: CustomStringConvertible {
    /// The changes, for an error message: `up, MTU 1400`.
    package var description: String {
        [
            isUp.map { $0 ? "up" : "down" },
            mtu.map { "MTU \($0)" },
            alias.map { "alias \"\($0)\"" },
            group.map { "group \($0.rawValue)" },
            ipv6AddressGeneration.map { $0 == .noAddress ? "without an IPv6 address" : "with an IPv6 address" },
        ].compactMap { $0 }.joined(separator: ", ")
    }
}
