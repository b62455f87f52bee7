import Glibc
import RouteNetlink

/// What can happen to the host's links; afterwards parents are what they were before.
enum Storm: CaseIterable, Sendable {
    case deletion, renaming, down, mtu, vlanDeletion

    /// Changes a parent, and back after a pause of so many microseconds.
    func rage(over parent: String, pause: UInt32, _ host: inout Host) throws {
        switch self {
        case .deletion:
            try host.delete(parent)
            usleep(pause)
            try host.makeParent(parent)
        case .renaming:
            // The kernel renames links that are up from Linux 6.2 on only.
            try host.change(parent, LinkChanges(isUp: false))
            try host.change(parent, LinkChanges(name: try name("away0")))
            usleep(pause)
            try host.change("away0", LinkChanges(name: try name(parent)))
            try host.setUp(parent)
        case .down:
            try host.change(parent, LinkChanges(isUp: false))
            usleep(pause)
            try host.setUp(parent)
        case .mtu:
            try host.change(parent, LinkChanges(mtu: 1400))
            usleep(pause)
            try host.change(parent, LinkChanges(mtu: 1500))
        case .vlanDeletion:
            let links = try host.client.links().filter { $0.alias == "swiftvlan vlan" }
            if !links.isEmpty { try host.delete(links[Int(pause) % links.count].name) }
        }
    }
}
