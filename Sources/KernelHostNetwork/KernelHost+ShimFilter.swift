package import DriverCore
import Netlink
package import NetworkTypes
import RouteNetlink
import SystemCalls

extension KernelHost {
    package func sources(of shim: HostLink) throws(DriverError) -> Set<MACAddress>? {
        let filters: [IngressFilter]
        do throws(RouteError) {
            filters = try client.ingressFilters(of: shim.index)
        } catch {
            // A kernel without filters, and a link that is gone, have none.
            guard let errno = error.errno, [.notSupported, .noSuchDevice].contains(errno) else {
                throw DriverError(error)
            }
            return nil
        }
        let place = IngressFilter(link: shim.index, program: [])
        let ours = filters.first { $0.priority == place.priority && $0.handle == place.handle && $0.isDirectAction }
        return ours.flatMap { SourceFilter(program: $0.program) }?.sources
    }

    package func setSources(_ sources: Set<MACAddress>, of shim: HostLink) throws(DriverError) {
        try setSources(sources, of: shim.index, named: shim.name)
    }

    /// Adds the filter of a link, or replaces it at once.
    func setSources(_ sources: Set<MACAddress>, of index: InterfaceIndex, named name: String) throws(DriverError) {
        guard let filter = SourceFilter(sources: sources) else {
            throw DriverError(tooManySources: sources.count, link: name)
        }
        do throws(RouteError) {
            do throws(RouteError) {
                try client.addFilterDiscipline(to: index, named: name)
            } catch {
                guard error.errno == .alreadyExists else { throw error }
            }
            try client.put(IngressFilter(link: index, program: filter.program), linkName: name)
        } catch {
            throw DriverError(filtering: error)
        }
    }
}

extension DriverError {
    fileprivate init(tooManySources count: Int, link name: String) {
        self.init(
            .other,
            message: """
                set the filter of link "\(name)": it has room for \(HostLimits.shimSources) MAC addresses, not \(count); \
                put the containers on several parents
                """)
    }

    /// Creates the driver's error for a filter that the kernel refused.
    ///
    /// `ENOENT` means that it has no module for `clsact` or `bpf` and could not load it (`qdisc_create` in
    /// net/sched/sch_api.c, `tcf_proto_lookup_ops` in net/sched/cls_api.c), `EOPNOTSUPP` that it was built without
    /// traffic control.
    fileprivate init(filtering error: RouteError) {
        switch error.errno {
        case .noSuchEntry, .notSupported:
            self.init(
                .filterNotSupported,
                message: """
                    \(error); the kernel needs the modules sch_ingress and cls_bpf: load them with `modprobe -a \
                    sch_ingress cls_bpf`, or use a kernel that has them
                    """)
        default: self.init(error)
        }
    }
}
