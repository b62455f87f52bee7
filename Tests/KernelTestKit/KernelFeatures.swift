import Netlink
import NetworkTypes
import RouteNetlink
package import Testing

/// The kinds of links that a kernel may have been built without.
package enum OptionalLinkKind: String, Sendable {
    case bond, bridge, dummy, ipvlan, macvlan, macvtap, team, tun, veth, vlan, vrf

    /// Tries whether links of this kind can be created.
    package func isInKernel() async -> Bool {
        let isPossible = try? await withNetworkNamespace {
            guard let name = InterfaceName("probe") else { return false }
            // Programs create these by opening a file, not by netlink.
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
        return isPossible ?? false
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips tests where network namespaces cannot be created.
    package static var needsNetworkNamespaces: Self {
        .enabled("creating network namespaces needs root") { await canMakeNetworkNamespaces() }
    }

    /// Skips tests where the kernel lacks a link kind.
    package static func needs(_ kind: OptionalLinkKind) -> Self {
        .enabled("this kernel has no \(kind.rawValue) links") { await kind.isInKernel() }
    }
}
