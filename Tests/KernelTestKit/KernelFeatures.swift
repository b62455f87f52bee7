import Netlink
import NetworkTypes
import RouteNetlink
import SystemCalls
package import Testing

/// The kinds of links that a kernel may lack.
package enum OptionalLinkKind: String, Sendable {
    case bond, bridge, dummy, ipvlan, macvlan, macvtap, team, tun, veth, vlan, vrf

    /// Tries whether the kernel can create links of this kind.
    package func isInKernel() async -> Bool {
        let isMade = try? await withNetworkNamespace {
            guard let name = InterfaceName("probe") else { return false }
            // A program creates these links by opening a file, not by a netlink request.
            if self == .tun { return (try? ProgramLink(name, isTap: true)) != nil }
            var client = RouteClient()
            do throws(RouteError) {
                try client.create(NewLink(name: name, kind: .other(name: rawValue, data: [])))
                return true
            } catch {
                // The error is "Unknown device type". Any other message comes from the code of that kind.
                return error.errno != .notSupported
            }
        }
        return isMade ?? false
    }
}

/// Tries whether the kernel can filter what a link receives, with the modules `sch_ingress` and `cls_bpf`.
private func hasIngressFilters() async -> Bool {
    let isSet = try? await withNetworkNamespace { client in
        let loopback = try client.existing("lo")
        try client.addFilterDiscipline(to: loopback.index, named: "lo")
        let pass = [FilterInstruction(code: 6, operand: UInt32.max)]
        try client.put(IngressFilter(link: loopback.index, program: pass), linkName: "lo")
        return true
    }
    return isSet ?? false
}

extension Trait where Self == ConditionTrait {
    /// Skips tests if network namespaces cannot be created.
    package static var needsNetworkNamespaces: Self {
        .enabled("making network namespaces needs root") { await canMakeNetworkNamespaces() }
    }

    /// Skips tests if the kernel cannot filter what a link receives.
    package static var needsIngressFilters: Self {
        .enabled("this kernel has no clsact or no cls_bpf") { await hasIngressFilters() }
    }

    /// Skips tests if the kernel can filter what a link receives.
    package static var lacksIngressFilters: Self {
        .disabled("this kernel has clsact and cls_bpf") { await hasIngressFilters() }
    }

    /// Skips tests if the kernel lacks a kind of link.
    package static func needs(_ kind: OptionalLinkKind) -> Self {
        .enabled("this kernel has no \(kind.rawValue) links") { await kind.isInKernel() }
    }
}
