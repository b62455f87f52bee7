import Netlink
import NetworkTypes
import RouteNetlink
import SystemCalls
package import Testing

/// The kinds of links that a kernel may have been built without.
package enum OptionalLinkKind: String, Sendable {
    case bond, bridge, dummy, ipvlan, macvlan, macvtap, team, tun, veth, vlan, vrf

    /// Whether links of this kind can be made, which is tried.
    package func isInKernel() async -> Bool {
        let isMade = try? await withNetworkNamespace {
            guard let name = InterfaceName("probe") else { return false }
            // Programs make these by opening a file; they cannot be asked for.
            if self == .tun { return (try? ProgramLink(name, isTap: true)) != nil }
            var client = RouteClient()
            do throws(RouteError) {
                try client.create(NewLink(name: name, kind: .other(name: rawValue, data: [])))
                return true
            } catch {
                // "Unknown device type"; any other complaint comes from the kind's own code.
                return error.errno != .notSupported
            }
        }
        return isMade ?? false
    }
}

extension Trait where Self == ConditionTrait {
    /// Has tests run where network namespaces can be made, and skips them elsewhere.
    package static var needsNetworkNamespaces: Self {
        .enabled("making network namespaces needs root") { await canMakeNetworkNamespaces() }
    }

    /// Has tests run where the kernel has a kind of link, and skips them elsewhere.
    package static func needs(_ kind: OptionalLinkKind) -> Self {
        .enabled("this kernel has no \(kind.rawValue) links") { await kind.isInKernel() }
    }
}
