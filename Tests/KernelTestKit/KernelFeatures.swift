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

extension Trait where Self == ConditionTrait {
    /// Skips tests if network namespaces cannot be created.
    package static var needsNetworkNamespaces: Self {
        .enabled("making network namespaces needs root") { await canMakeNetworkNamespaces() }
    }

    /// Skips tests if the kernel lacks a kind of link.
    package static func needs(_ kind: OptionalLinkKind) -> Self {
        .enabled("this kernel has no \(kind.rawValue) links") { await kind.isInKernel() }
    }
}
