import Glibc
import Netlink
import RouteNetlink
import SystemCalls

/// A disturbance of the host's links, after which parents are restored.
enum Disturbance: CaseIterable, Sendable {
    /// Changes of a parent.
    case deletion, renaming, down, mtu, addressChange
    /// Changes of links and routes that the daemon has created on any parent.
    case ownLinkDeletion, vlanReplacement, routeRemoval, shimDamage

    /// Applies the disturbance, and reverts it after a pause in microseconds.
    func hit(_ parent: String, pause: UInt32, _ host: inout Host) throws {
        switch self {
        case .deletion:
            try host.delete(parent)
            usleep(pause)
            try host.makeParent(parent)
        case .renaming:
            // Only Linux 6.2 and later rename links that are up.
            try host.change(parent, LinkChanges(isUp: false))
            try host.rename(parent, to: "away0")
            usleep(pause)
            try host.rename("away0", to: parent)
            try host.setUp(parent)
        case .down:
            try host.change(parent, LinkChanges(isUp: false))
            usleep(pause)
            try host.setUp(parent)
        case .mtu:
            try host.change(parent, LinkChanges(mtu: 1400))
            usleep(pause)
            try host.change(parent, LinkChanges(mtu: 1500))
        case .addressChange:
            try host.removeAddress(Host.address(of: parent), from: parent)
            usleep(pause)
            try host.addAddress(Host.address(of: parent), to: parent)
        case .shimDamage:
            let damages = ShimDamage.allCases
            let shims = try host.client.links().filter { $0.alias == HostState.shimAlias }
            if !shims.isEmpty { try damages[Int(pause) % damages.count].hit(shims[Int(pause) % shims.count], &host) }
        case .ownLinkDeletion:
            let links = try Self.ownLinks(&host)
            if !links.isEmpty { try host.delete(links[Int(pause) % links.count].name) }
        case .vlanReplacement: try Self.replaceVLAN(pause, &host)
        case .routeRemoval: try Self.removeRoutes(&host)
        }
    }

    /// The VLAN links, dummies and shims that the daemon has created.
    private static func ownLinks(_ host: inout Host) throws -> [LinkMessage] {
        try host.client.links().filter { link in
            link.alias == "swiftvlan vlan" || link.alias == HostState.shimAlias
                || link.alias?.hasPrefix("swiftvlan isolated ") == true
        }
    }

    /// Replaces a VLAN link of the daemon temporarily by a foreign one with the same name.
    private static func replaceVLAN(_ pause: UInt32, _ host: inout Host) throws {
        let links = try ownLinks(&host).filter { $0.lowerIndex != nil && $0.name.hasPrefix("p0.") }
        guard !links.isEmpty else { return }
        let link = links[Int(pause) % links.count]
        try host.delete(link.name)
        do throws(RouteError) {
            try host.makeForeignVLAN(link.name, on: "p0")
        } catch {
            // The daemon has already created it again.
            guard error.errno == .alreadyExists else { throw error }
            return
        }
        usleep(pause)
        try host.delete(link.name)
    }

    private static func removeRoutes(_ host: inout Host) throws {
        for route in try host.ownRoutes() {
            do throws(RouteError) {
                try host.client.remove(route)
            } catch {
                // The route may have been removed with its network.
                guard error.errno == .noSuchProcess else { throw error }
            }
        }
    }
}
