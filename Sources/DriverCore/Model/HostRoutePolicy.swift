/// The destinations to which the host has routes over a layer 3 network's parent.
///
/// At layer 3, these routes are the only way in: the host's routing daemon announces them.
package enum HostRoutePolicy: String, CaseIterable, Sendable {
    /// The network's subnets.
    case pools
    /// Each container that has joined, so that the containers of a subnet can be on several hosts.
    case endpoints
    case off
}
