import Netlink
package import NetworkTypes
import SystemCalls

extension RouteClient where Transport: ~Copyable {
    /// Gives a link the queueing discipline `clsact`, which holds its filters.
    ///
    /// The kernel refuses this if the link has one (`EEXIST`), or if it lacks the module `sch_ingress` (`ENOENT`,
    /// "Specified qdisc kind is unknown").
    package mutating func addFilterDiscipline(to link: InterfaceIndex, named name: String) throws(RouteError) {
        try execute("add clsact to link \"\(name)\"") { () throws(EncodingError) in
            try IngressFilter.addDiscipline(to: link)
        }
    }

    /// Adds a filter, or replaces the one with the same handle and priority: no frame passes between the two
    /// (`cls_bpf_change` in net/sched/cls_bpf.c).
    ///
    /// The kernel refuses this if the link has no `clsact` (`EINVAL`), or if it lacks the module `cls_bpf` (`ENOENT`).
    package mutating func put(_ filter: IngressFilter, linkName name: String) throws(RouteError) {
        try execute("set the filter of link \"\(name)\"") { () throws(EncodingError) in try filter.replacement() }
    }

    /// Lists the classic BPF filters for the frames that a link receives; none if it has no `clsact`.
    ///
    /// The kernel first offers a datagram of at most the size that the last read had room for, and refuses to list a
    /// filter that does not fit (`EMSGSIZE`; `netlink_dump` in net/netlink/af_netlink.c). On a new connection it has not
    /// seen a read yet: the refusal is the first.
    package mutating func ingressFilters(of link: InterfaceIndex) throws(RouteError) -> [IngressFilter] {
        do throws(RouteError) {
            return try listIngressFilters(of: link)
        } catch {
            guard error.errno == .messageTooLong else { throw error }
            return try listIngressFilters(of: link)
        }
    }

    private mutating func listIngressFilters(of link: InterfaceIndex) throws(RouteError) -> [IngressFilter] {
        let request = { () throws(EncodingError) in try IngressFilter.dump(of: link) }
        return try dump("list the filters of link index \(link)", request) { (message) throws(DecodingError) in
            try IngressFilter(decoding: message)
        }
    }
}
