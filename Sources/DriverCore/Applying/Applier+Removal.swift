import NetworkTypes

extension Applier {
    /// What came of the removal of a link.
    enum Removal {
        case underWay(LinkRemoval)
        case notThere
        /// It will be tried again.
        case failed
    }

    /// Retires a link that was read before, if it is still the same; nil when it is not.
    func retire(_ link: HostLink) throws(DriverError) -> LinkRemoval? {
        do throws(HostError) {
            return try host.retire(link)
        } catch {
            throw .host(error)
        }
    }

    /// Retires the link of a name, if it still is what this program created.
    mutating func retire(_ link: OwnedLink) -> Removal {
        do throws(HostError) {
            let removal = try host.retire(link.name, ownedBy: link.owner)
            cancel(.link(link))
            return removal.map { .underWay($0) } ?? .notThere
        } catch {
            postpone(.link(link), because: error.message)
            return .failed
        }
    }

    /// Removes a route of this program's.
    mutating func remove(_ route: HostRoute) {
        do throws(HostError) {
            try host.remove(route)
            cancel(.hostRoute(route))
        } catch {
            postpone(.hostRoute(route), because: error.message)
        }
    }

    /// Whether an endpoint's link can be used as it is, which is tried and undone.
    func isUsable(_ link: HostLink, with addresses: [IPPrefix]) throws(DriverError) -> Bool {
        do throws(HostError) {
            return try host.isUsable(link, with: addresses)
        } catch {
            throw .host(error)
        }
    }

    /// Retires what a run that ended too soon left; returns the number of links.
    func retireUnfinishedLinks() throws(DriverError) -> Int {
        do throws(HostError) {
            return try host.retireUnfinishedLinks()
        } catch {
            throw .host(error)
        }
    }
}
