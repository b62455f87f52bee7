package import DriverCore
import Glibc
import Netlink
import NetworkTypes
import RouteNetlink
import SystemCalls

extension KernelHost {
    package func upperLinks(of parent: HostLink) throws(DriverError) -> [HostLink] {
        let here = try links().filter { $0.lowerIndex == parent.index && $0.kind.claimsParent }
        return try here + (upperLinksElsewhere(of: parent) ?? []).filter(\.kind.claimsParent)
    }

    package func upperLinksElsewhere(of link: HostLink) throws(DriverError) -> [HostLink]? {
        var away: [LinkMessage] = []
        let isComplete = try described { () throws(RouteError) in
            try visitLinksElsewhere { _, other in
                if other.lowerIndex == link.index, other.lowerNamespace != nil { away.append(other) }
            }
        }
        // In the answer of another namespace the lower link's index is that of the namespace where it is, and there may be
        // a link of that index in every namespace.
        let home = away.isEmpty ? nil : try namespaceOfThread()
        let found = away.filter { $0.lowerNamespace == home }.map { HostLink($0, on: link.index) }
        return found.isEmpty && !isComplete ? nil : found
    }

    package func endpointsElsewhere() throws(DriverError) -> Set<EndpointID>? {
        var found: [NamespaceID: Set<EndpointID>] = [:]
        let isComplete = try described { () throws(RouteError) in
            try visitLinksElsewhere { namespace, link in
                if case .endpoint(let id)? = HostLink(link).owner { found[namespace, default: []].insert(id) }
            }
        }
        // This namespace may be among the others.
        if !found.isEmpty, let home = try namespaceOfThread() { found[home] = nil }
        return isComplete ? found.values.reduce(into: []) { $0.formUnion($1) } : nil
    }

    /// Shows each link of the other network namespaces to the closure; false when one of them could not be read.
    ///
    /// The kernel lists those namespaces that a link was once moved to from here, as engines do with every container
    /// (`dev_change_net_namespace` in net/core/dev.c gives each a number for its notification), and of this one too,
    /// once it has listed a link elsewhere that sits on one here (`rtnl_fill_link_netnsid` in net/core/rtnetlink.c). A
    /// namespace may vanish while it is asked (`EINVAL`). It may also belong to another user (`EACCES`): where the
    /// links here come from other namespaces, these are the system's that this one is a container of, and nothing here
    /// is on a link of this one. Those of an engine's containers can be read, since their users are this one's
    /// (user_namespaces(7)).
    private func visitLinksElsewhere(_ visit: (NamespaceID, LinkMessage) -> Void) throws(RouteError) -> Bool {
        var denied: Set<NamespaceID> = []
        for namespace in try client.namespaces() {
            do throws(RouteError) {
                for link in try client.links(in: namespace) { visit(namespace, link) }
            } catch {
                guard let errno = error.errno, [.invalidArgument, .accessDenied].contains(errno) else { throw error }
                if errno == .accessDenied { denied.insert(namespace) }
            }
        }
        guard !denied.isEmpty else { return true }
        return denied.isSubset(of: try client.links().compactMap(\.lowerNamespace))
    }

    /// The number that the calling thread's network namespace has for itself; nothing when it has none, which it gets
    /// with the first answer about a link elsewhere that sits on one of its own.
    private func namespaceOfThread() throws(DriverError) -> NamespaceID? {
        let path = "/proc/thread-self/ns/net"
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            let failure = Errno.current.text
            throw DriverError(.other, message: "open \(path): \(failure); mount /proc for swiftvlan")
        }
        defer { close(file) }
        return try described { () throws(RouteError) in try client.namespace(ofFile: file) }
    }
}

extension HostLinkKind {
    /// Whether a link of this kind makes its parent one of the kind: the two do not share one.
    fileprivate var claimsParent: Bool {
        switch self {
        case .macvlan, .ipvlan: true
        default: false
        }
    }
}

extension HostLink {
    /// The driver's view of a link in another network namespace that sits on one here.
    fileprivate init(_ message: LinkMessage, on lowerIndex: InterfaceIndex) {
        self.init(message)
        self.lowerIndex = lowerIndex
        masterIndex = nil
        isElsewhere = true
    }
}
