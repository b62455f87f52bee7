import Netlink
import NetlinkTestKit
import NetworkTypes
import RouteNetlink
import SystemCalls
import TestSupport

/// A container's network namespace, with the endpoint's link moved into it as the engine does.
final class Container: Sendable {
    /// How a container's link is removed.
    enum Ending: CaseIterable, Sendable {
        /// It is moved back to the host under its first name, as the engine does when a container stops.
        case returned
        /// It is deleted with its namespace, as when the engine was killed.
        case died
    }

    private static let innerName = "eth0"

    let endpoint: EndpointPlan
    private let namespace: OpenNetworkNamespace

    /// Moves the endpoint's link into the container and configures it.
    init(_ endpoint: EndpointPlan, _ host: inout Host) throws {
        self.endpoint = endpoint
        namespace = try OpenNetworkNamespace()
        guard let link = try host.link(endpoint.linkName) else {
            throw ChaosError("Join was answered and link \(endpoint.linkName) does not exist")
        }
        try host.client.alter(link, name: try name(Self.innerName), namespace: namespace.descriptor)
        try within { client in
            guard let inner = try client.link(named: try name(Self.innerName)),
                let prefix = IPPrefix(endpoint.address)
            else { throw ChaosError("link \(endpoint.linkName) is not in its container after it was moved there") }
            try client.add(
                AddressMessage(link: inner.index, prefix: prefix, flags: .noDuplicateDetection), linkName: inner.name)
            try client.change(inner.index, named: inner.name, LinkChanges(isUp: true))
        }
    }

    /// Runs the body with a client in the container.
    private func within<Value>(_ body: (inout RouteClient<NetlinkSocket>) throws -> Value) throws -> Value {
        try namespace.within {
            var client = RouteClient()
            return try body(&client)
        }
    }

    /// Returns whether the container has its link and the link is up.
    func hasLink() throws -> Bool {
        try within { client in
            let link = try client.link(named: try name(Self.innerName))
            return link?.alias == endpoint.alias && link?.isUp == true
        }
    }

    /// Moves the link back to the host, if it still exists.
    func returnLink() throws {
        let home = try OpenNetworkNamespace.current()
        try within { client in
            guard let link = try client.link(named: try name(Self.innerName)) else { return }
            do throws(RouteError) {
                try client.change(link.index, named: link.name, LinkChanges(isUp: false))
                try client.alter(link, name: InterfaceName(endpoint.linkName), namespace: home.descriptor)
            } catch {
                // Its parent may be deleted at this moment.
                guard error.errno == .noSuchDevice else { throw error }
            }
        }
    }
}
