import NetworkTypes

/// The host as one call sees it: what was read once is not read again until the call is over.
///
/// The changes that the call itself makes have to be entered, with `update`.
final class HostView {
    private let reader: any HostReader
    private var byName: [String: HostLink?] = [:]
    private var byIndex: [InterfaceIndex: HostLink?] = [:]
    private var all: [InterfaceIndex: HostLink]?
    private var known: (destinations: Set<IPPrefix>, routes: [HostRoute])?
    private var own: Set<HostRoute>?

    init(_ reader: any HostReader) { self.reader = reader }

    // MARK: Links

    /// The link of a name, also one that is being removed. An alternative name is one too, which a list of links does
    /// not have.
    func link(named name: InterfaceName) throws(DriverError) -> HostLink? {
        if let known = byName[name.text] { return known }
        let link = try reader.link(named: name)
        byName[name.text] = link
        if let link { byIndex[link.index] = link }
        return link
    }

    /// The link of a name, unless it is being removed: then the call has to be repeated.
    func usableLink(named name: InterfaceName) throws(DriverError) -> HostLink? {
        let link = try link(named: name)
        if let removal = link?.removal { throw .linkBeingRemoved(removal) }
        return link
    }

    func link(at index: InterfaceIndex) throws(DriverError) -> HostLink? {
        if let known = byIndex[index] { return known }
        let link = try reader.link(at: index)
        byIndex[index] = link
        if let link { byName[link.name] = link }
        return link
    }

    /// All links, in the order of their indices, which is that of their creation.
    func links() throws(DriverError) -> [HostLink] {
        if all == nil {
            let links = try reader.links()
            all = Dictionary(links.map { ($0.index, $0) }, uniquingKeysWith: { $1 })
            for link in links { (byName[link.name], byIndex[link.index]) = (link, link) }
        }
        return all.map { $0.values.sorted { $0.index.number < $1.index.number } } ?? []
    }

    func upperLinks(of parent: HostLink) throws(DriverError) -> [HostLink] {
        try reader.upperLinks(of: parent)
    }

    func upperLinksElsewhere(of link: HostLink) throws(DriverError) -> [HostLink]? {
        try reader.upperLinksElsewhere(of: link)
    }

    func endpointsElsewhere() throws(DriverError) -> Set<EndpointID>? {
        try reader.endpointsElsewhere()
    }

    // MARK: Routes

    func routes(to destinations: [IPPrefix]) throws(DriverError) -> [HostRoute] {
        let wanted = Set(destinations)
        if let known, known.destinations.isSuperset(of: wanted) {
            return known.routes.filter { wanted.contains($0.destination) }
        }
        let routes = try reader.routes(to: destinations)
        known = (wanted, routes)
        return routes
    }

    func ownRoutes() throws(DriverError) -> Set<HostRoute> {
        if let own { return own }
        let routes = Set(try reader.ownRoutes())
        own = routes
        return routes
    }

    // MARK: What the call itself changes

    /// Enters what steps have done.
    func update(_ outcome: Outcome) {
        for link in outcome.created + outcome.changed {
            byName[link.name] = link
            byIndex[link.index] = link
            all?[link.index] = link
        }
        own?.subtract(outcome.removedRoutes)
        own?.formUnion(outcome.addedRoutes)
        if !outcome.addedRoutes.isEmpty || !outcome.removedRoutes.isEmpty { known = nil }
    }

    /// Enters that links are being removed.
    func update(_ removals: [LinkRemoval]) {
        for removal in removals {
            for (name, link) in byName where link?.index == removal.index { byName[name]??.removal = removal }
            byIndex[removal.index]??.removal = removal
            all?[removal.index]?.removal = removal
        }
    }
}
