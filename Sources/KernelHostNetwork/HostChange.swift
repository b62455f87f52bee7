package import NetworkTypes

/// Something that happened to the host's links or routes, and that the driver has to look at.
package enum HostChange: Hashable, Sendable {
    /// A link that is no endpoint's has appeared, vanished or changed; by the name that it has, or had at last.
    case link(String)
    /// A route of this program's has been removed.
    case route(IPPrefix)
    /// Anything may have happened: the kernel had more to tell than could be read.
    case overrun
}

extension HostChange: CustomStringConvertible {
    /// What happened, for the log: `link "eth0"`.
    package var description: String {
        switch self {
        case .link(let name): "link \"\(name)\""
        case .route(let destination): "route to \(destination)"
        case .overrun: "notifications were lost"
        }
    }
}
