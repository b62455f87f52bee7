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
        // Another namespace's answer has the lower link's index in the lower link's namespace, and every namespace may
        // have a link with that index.
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
        // The visited namespaces may include this one.
        if !found.isEmpty, let home = try namespaceOfThread() { found[home] = nil }
        return isComplete ? found.values.reduce(into: []) { $0.formUnion($1) } : nil
    }

    /// Passes each link of the other network namespaces to `visit`; returns false if one of them could not be read.
    ///
    /// The kernel lists the namespaces to which a link was once moved from here, as engines do for every container
    /// (`dev_change_net_namespace` in net/core/dev.c assigns each an ID for its notification). It also lists this
    /// namespace, once it has described a link elsewhere that is on a link here (`rtnl_fill_link_netnsid` in
    /// net/core/rtnetlink.c).
    ///
    /// A namespace may vanish while it is read (`EINVAL`), or belong to another user (`EACCES`). If links here have
    /// their lower links in such a namespace, it belongs to the system that runs this one as a container, and none of
    /// its links is on a link of this one. The namespaces of an engine's containers can be read, because this process
    /// has its capabilities in their user namespaces too (user_namespaces(7)).
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

    /// Returns the ID that the calling thread's network namespace has for itself, or nil if it has none. The kernel
    /// assigns it with the first answer about a link elsewhere that is on one of this namespace's links.
    private func namespaceOfThread() throws(DriverError) -> NamespaceID? {
        let path = "/proc/thread-self/ns/net"
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            let failure = Errno.current.text
            throw DriverError(.other, message: "open \(path): \(failure); mount /proc for this program")
        }
        defer { close(file) }
        return try described { () throws(RouteError) in try client.namespace(ofFile: file) }
    }
}

extension HostLinkKind {
    /// Whether a link of this kind claims its parent: macvlan and ipvlan links cannot share one.
    fileprivate var claimsParent: Bool {
        switch self {
        case .macvlan, .ipvlan: true
        default: false
        }
    }
}

extension HostLink {
    /// Creates the driver's view of a link in another network namespace that is on a link here.
    fileprivate init(_ message: LinkMessage, on lowerIndex: InterfaceIndex) {
        self.init(message)
        self.lowerIndex = lowerIndex
        masterIndex = nil
        isElsewhere = true
    }
}
