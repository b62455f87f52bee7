package import DriverCore
package import NetworkTypes

/// Any host, some of whose steps fail without having been taken: those that a schedule names.
package struct FaultyHost<Base: HostNetwork>: HostNetwork {
    package var base: Base
    private let faults: FaultSchedule

    package init(_ base: Base, faults: FaultSchedule) {
        self.base = base
        self.faults = faults
    }

    package mutating func link(named name: InterfaceName) throws(HostNetworkError) -> HostLink? {
        try step()
        return try base.link(named: name)
    }

    package mutating func link(at index: InterfaceIndex) throws(HostNetworkError) -> HostLink? {
        try step()
        return try base.link(at: index)
    }

    package mutating func links() throws(HostNetworkError) -> [HostLink] {
        try step()
        return try base.links()
    }

    package mutating func holders(of parent: HostLink) throws(HostNetworkError) -> [HostLink] {
        try step()
        return try base.holders(of: parent)
    }

    package mutating func linksElsewhere(upon link: HostLink) throws(HostNetworkError) -> [HostLink]? {
        try step()
        return try base.linksElsewhere(upon: link)
    }

    package mutating func make(_ link: HostLinkPlan) throws(HostNetworkError) -> HostLink {
        try step()
        return try base.make(link)
    }

    package mutating func isUsable(
        _ link: HostLink, with addresses: [IPPrefix]
    ) throws(HostNetworkError) -> Bool {
        try step()
        return try base.isUsable(link, with: addresses)
    }

    package mutating func retire(_ link: HostLink) throws(HostNetworkError) -> LinkRemoval? {
        try step()
        return try base.retire(link)
    }

    package mutating func retire(
        _ name: InterfaceName, ownedBy owner: LinkOwner
    ) throws(HostNetworkError) -> LinkRemoval? {
        try step()
        return try base.retire(name, ownedBy: owner)
    }

    package mutating func routes(to destinations: [IPPrefix]) throws(HostNetworkError) -> [HostRoute] {
        try step()
        return try base.routes(to: destinations)
    }

    package mutating func ownRoutes() throws(HostNetworkError) -> [HostRoute] {
        try step()
        return try base.ownRoutes()
    }

    package mutating func add(_ route: HostRoute) throws(HostNetworkError) {
        try step()
        try base.add(route)
    }

    package mutating func remove(_ route: HostRoute) throws(HostNetworkError) {
        try step()
        try base.remove(route)
    }

    package mutating func setUp(_ link: HostLink) throws(HostNetworkError) {
        try step()
        try base.setUp(link)
    }

    package mutating func setMTU(_ mtu: Int, of link: HostLink) throws(HostNetworkError) {
        try step()
        try base.setMTU(mtu, of: link)
    }

    package mutating func endpointsElsewhere() throws(HostNetworkError) -> Set<EndpointID>? {
        try step()
        return try base.endpointsElsewhere()
    }

    private func step() throws(HostNetworkError) {
        if let sentence = faults.take() { throw HostNetworkError(reason: .other, sentence: sentence) }
    }
}
