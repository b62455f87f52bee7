extension Applier {
    /// What came of the removal of a link.
    enum Removal {
        case underWay(LinkRemoval)
        case notThere
        /// It will be tried again.
        case failed
    }

    /// Retires the link of a name, if it still is what this program created.
    mutating func retire(_ link: OwnedLink) -> Removal {
        do throws(DriverError) {
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
        do throws(DriverError) {
            try host.remove(route)
            cancel(.hostRoute(route))
        } catch {
            postpone(.hostRoute(route), because: error.message)
        }
    }
}
