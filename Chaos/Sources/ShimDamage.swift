import NetworkTypes
import RouteNetlink
import SystemCalls

/// What another program may do to a shim, or to the parent's addresses.
enum ShimDamage: String, CaseIterable, Sendable {
    case deletion, down, mtu, addressRemoval, routeRemoval, routeChange
    case neighborRemoval, neighborChange, filterRemoval, filterChange
    case nextAddress, addressGap

    /// Does the damage. A shim that is removed meanwhile is skipped.
    func hit(_ shim: LinkMessage, _ host: inout Host) throws {
        do {
            try damage(shim, &host)
        } catch let error as RouteError where Self.isGone(error) {
            return
        }
        // The kernel reports no changes of neighbors and filters to the daemon. This wakes it.
        let parent = try parent(of: shim, &host)
        try host.addAddress(Host.address(of: parent, 200), to: parent)
        try host.removeAddress(Host.address(of: parent, 200), from: parent)
    }

    private func damage(_ shim: LinkMessage, _ host: inout Host) throws {
        let parent = try parent(of: shim, &host)
        let (first, next) = (Host.address(of: parent), Host.address(of: parent, 2))
        switch self {
        case .deletion: try host.client.delete(shim.index, named: shim.name)
        case .down: try host.client.change(shim.index, named: shim.name, LinkChanges(isUp: false))
        case .mtu: try host.client.change(shim.index, named: shim.name, LinkChanges(mtu: 1300))
        case .addressRemoval:
            for address in try host.client.addresses() where address.link == shim.index {
                try host.client.remove(address, linkName: shim.name)
            }
        case .routeRemoval: try changeRoutes(of: shim, &host) { _ in nil }
        case .routeChange:
            try changeRoutes(of: shim, &host) { route in
                var other = route
                other.preferredSource = nil
                return other
            }
        case .neighborRemoval, .neighborChange: try changeNeighbors(of: shim, &host)
        case .filterRemoval:
            if try !host.client.ingressFilters(of: shim.index).isEmpty {
                try host.client.removeFilterDiscipline(from: shim)
            }
        case .filterChange:
            for filter in try host.client.ingressFilters(of: shim.index) {
                var other = filter
                other.program = IngressFilter.passingAll(on: shim.index).program
                try host.client.put(other, linkName: shim.name)
            }
        case .nextAddress:
            // As at a change of the address by DHCP. The parent keeps the new one for a while, and then gets the first back.
            try host.addAddress(next, to: parent)
            try host.removeAddress(first, from: parent)
            try host.addAddress(first, to: parent)
            try host.removeAddress(next, from: parent)
        case .addressGap:
            try host.removeAddress(first, from: parent)
            try host.addAddress(first, to: parent)
        }
    }

    private func changeRoutes(
        of shim: LinkMessage, _ host: inout Host, _ change: (RouteMessage) -> RouteMessage?
    ) throws {
        for route in try host.ownRoutes() where route.link == shim.index {
            try host.client.remove(route)
            if let other = change(route) { try host.client.add(other) }
        }
    }

    private func changeNeighbors(of shim: LinkMessage, _ host: inout Host) throws {
        for neighbor in try host.client.neighbors(on: shim.index) where neighbor.protocol == Host.ownProtocol {
            try host.client.remove(neighbor, linkName: shim.name)
            guard self == .neighborChange else { continue }
            var other = neighbor
            other.macAddress = MACAddress("06:00:00:00:00:01")
            try host.client.put(other, linkName: shim.name)
        }
    }

    private func parent(of shim: LinkMessage, _ host: inout Host) throws -> String {
        let links = try host.client.links()
        let lower = links.first { $0.index == shim.lowerIndex }?.name ?? Host.parents[0]
        // The addresses of a VLAN's parent serve as well.
        return String(lower.prefix { $0 != "." })
    }

    /// Whether the daemon, or another disturbance, was faster.
    private static func isGone(_ error: RouteError) -> Bool {
        let gone: [Errno] = [
            .noSuchDevice, .noSuchProcess, .noSuchEntry, .addressNotAvailable, .networkDown, .alreadyExists,
            .invalidArgument,
        ]
        return error.errno.map(gone.contains) ?? false
    }
}
