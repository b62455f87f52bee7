import NetworkTypes

// Removals never fail: what cannot be removed now becomes pending.

extension Applier {
    /// Applies steps that remove links and routes; returns the link removals that continue in the background.
    ///
    /// A removal that fails becomes pending, and so do the links below a link that cannot be retired.
    mutating func remove(_ steps: [Step]) -> [LinkRemoval] {
        var removals: [LinkRemoval] = []
        var isBlocked = false
        var hasFailed = false
        for step in steps {
            do throws(DriverError) {
                switch step {
                case .retire(let link, _) where isBlocked: postpone(.link(link), because: nil)
                case .retire(let link, let seen):
                    isBlocked = true
                    if let removal = try retire(link, seen) { removals.append(removal) }
                    isBlocked = false
                    cancel(.link(link))
                case .release(let link, let owned, let use):
                    try host.release(link)
                    report.add(.linkReleased(link: link.name, use))
                    cancel(.link(owned))
                case .removeRoute(let route):
                    try host.remove(route)
                    cancel(.hostRoute(route))
                // Restores a route that the undone step removed; if this fails, reconciliation adds it.
                case .addRoute(let route): try? host.add(route)
                case .replaceRoute, .addAddress, .removeAddress, .addNeighbor, .removeNeighbor, .setSources:
                    try removeOnShim(step)
                case .create, .setUp, .setMTU, .setAddressGeneration: break
                }
            } catch {
                if let pending = step.pendingRemoval { postpone(pending, because: hasFailed ? nil : error.message) }
                hasFailed = true
            }
        }
        return removals
    }

    /// Removes something of a shim, or puts something back: what is not put back now, reconciliation adds.
    private mutating func removeOnShim(_ step: Step) throws(DriverError) {
        switch step {
        case .removeAddress(let address, let shim): try host.remove(address, from: shim)
        case .removeNeighbor(let neighbor):
            try host.remove(neighbor)
            cancel(.neighbor(neighbor))
        case .setSources(let sources, let shim, _): try host.setSources(sources, of: shim)
        case .replaceRoute(let route, _): try? host.replace(route)
        case .addAddress(let address, let shim): try? host.add(address, to: shim)
        case .addNeighbor(let neighbor): try? host.add(neighbor)
        default: break
        }
    }

    private func retire(_ link: OwnedLink, _ seen: HostLink?) throws(DriverError) -> LinkRemoval? {
        guard let seen else { return try host.retire(link.name, ownedBy: link.owner) }
        return try host.retire(seen)
    }
}
