package import DriverCore
package import NetworkTypes

/// The links of a host in memory, with the rules of the kernel that the driver can observe:
///
/// - Names are unique, and so are the VLAN tags on a link; a link being removed still has both.
/// - Macvlan and ipvlan links do not share a parent, and a passthru link shares it with nothing; links in
///   containers count.
/// - Removing a link removes its upper links.
/// - A retired link stays, reported as being removed, until `finish` is called.
/// - A new ipvlan link changes the mode and flag of all others on its parent.
/// - A link's MTU is at most its parent's.
/// - With an address, the kernel removes routes that depend on it; with a shim that goes down, its neighbors.
/// - The host has an IPv6 address on every link except those that are set to have none.
///
/// Link flags and route metrics are not modeled.
package final class FakeHost: HostReader, HostWriter {
    private struct Entry {
        var link: HostLink
        /// How a macvlan or ipvlan link is attached to its parent.
        var attachment: Attachment?
        /// The IP addresses of a link in a container.
        var addresses: Set<IPAddress> = []
        var broadcastQueueLength: UInt32?
        /// The VLANs of a bridge that filters them.
        var vlans = BridgeVLANs()
        /// Whether the link is in a container, where the driver cannot see it.
        var isInContainer = false
        /// The MAC addresses that the filter of a shim lets pass.
        var sources: Set<MACAddress>?
    }

    /// Whether removals end as soon as a link is refused, before the driver can read which link blocked it.
    package var finishesRemovalsAfterRefusal = false

    /// Whether the kernel refuses routes, as it does for IPv6 where that is disabled.
    package var refusesRoutes = false
    /// Why the kernel refuses IPv6 routes, if it does.
    package var ipv6RouteRefusal: HostRefusal?
    package var refusesMTUs = false
    /// Whether the kernel refuses addresses and neighbors of shims.
    package var refusesShimChanges = false
    /// Why the kernel refuses to create shims, if it does.
    package var shimRefusal: HostRefusal?
    /// Why the kernel refuses to create links, if it does.
    package var linkRefusal: HostRefusal?
    /// Whether the kernel refuses to change whether the host has an IPv6 address.
    package var refusesAddressGeneration = false
    /// Whether the list of links cannot be read.
    package var hasNoLinks = false

    /// The links that have no carrier although they are up.
    package var withoutCarrier: Set<String> = []

    /// Whether some containers cannot be inspected.
    package var hidesContainers = false

    /// The routes of the main table and of those of VRFs.
    package private(set) var routes: [HostRoute] = []
    /// How often all of our routes were read.
    package private(set) var ownRoutesReads = 0

    /// The driver's entries in the neighbor tables of shims.
    package private(set) var neighbors: [HostNeighbor] = []

    /// The addresses of the host's own links.
    private var hostAddresses: [HostAddress] = []

    private var entries: [Entry] = []
    private var lastIndex: Int32 = 0
    private let faults: FaultSchedule

    package init(faults: FaultSchedule = FaultSchedule()) { self.faults = faults }

    /// Returns a host in the same state.
    package func copy() -> FakeHost {
        let copy = FakeHost(faults: faults)
        copy.restore(self)
        return copy
    }

    /// Restores the state of another host, such as an earlier copy of this one.
    package func restore(_ other: FakeHost) {
        (entries, routes, lastIndex) = (other.entries, other.routes, other.lastIndex)
        (hostAddresses, neighbors) = (other.hostAddresses, other.neighbors)
        (finishesRemovalsAfterRefusal, refusesRoutes) = (other.finishesRemovalsAfterRefusal, other.refusesRoutes)
        hidesContainers = other.hidesContainers
    }

    // MARK: The driver's requests

    package func link(named name: LinkName) throws(DriverError) -> HostLink? {
        try step()
        return link(named: name.text) ?? visible.first { $0.alternativeNames.contains(name.text) }
    }

    package func link(at index: InterfaceIndex) throws(DriverError) -> HostLink? {
        try step()
        return visible.first { $0.index == index }
    }

    package func links() throws(DriverError) -> [HostLink] {
        try step()
        guard !hasNoLinks else { throw DriverError(.other, message: "list the links: refused") }
        return visible
    }

    package func linksWithCarriers() throws(DriverError) -> LinksWithCarriers {
        let links = try links()
        return LinksWithCarriers(
            links: links, carriers: Set(links.filter { $0.isUp && !withoutCarrier.contains($0.name) }.map(\.index)))
    }

    package func create(_ plan: HostLinkPlan) throws(DriverError) -> HostLink {
        try step()
        do throws(DriverError) {
            return try createNow(plan)
        } catch {
            if finishesRemovalsAfterRefusal { finishRemovals() }
            throw error
        }
    }

    private func createNow(_ plan: HostLinkPlan) throws(DriverError) -> HostLink {
        let operation = "create link \"\(plan.name)\""
        if let linkRefusal { throw DriverError(linkRefusal, message: "\(operation): Operation not permitted") }
        guard visible.allSatisfy({ !$0.hasName(LinkName(plan.name)) }) else {
            throw DriverError(.alreadyExists, message: "\(operation): File exists")
        }
        var entry: Entry
        switch plan.kind {
        case .dummy:
            entry = Entry(link: add(plan.name.text, kind: .dummy, owner: plan.owner))
        case .vlan(let tag, let lower):
            try checkIsThere(lower, operation)
            guard !entries.contains(where: { $0.link.kind == .vlan(tag) && $0.link.lowerIndex == lower.index }) else {
                throw DriverError(.alreadyExists, message: "\(operation): File exists")
            }
            entry = Entry(link: add(plan.name.text, kind: .vlan(tag), on: lower.index, owner: plan.owner))
        case .shim(let attachment, let parent, let sources):
            if let shimRefusal { throw DriverError(shimRefusal, message: "\(operation): refused") }
            try checkIsThere(parent, operation)
            try checkCanShare(attachment, parent, operation)
            let link = add(plan.name.text, kind: HostLinkKind(attachment), on: parent.index, owner: plan.owner)
            entry = Entry(link: link, attachment: attachment, sources: sources)
            setIPvlanMode(attachment, of: parent)
        case .endpoint(let attachment, let parent):
            try checkIsThere(parent, operation)
            try checkCanShare(attachment, parent, operation)
            var link = add(plan.name.text, kind: HostLinkKind(attachment), on: parent.index, owner: plan.owner)
            link.macAddress =
                attachment == .macvlan(.passthru) ? parent.macAddress : plan.macAddress ?? parent.macAddress
            entry = Entry(link: link, attachment: attachment)
            setIPvlanMode(attachment, of: parent)
        }
        entry.link.mtu = try mtu(of: plan, operation)
        entry.broadcastQueueLength = plan.broadcastQueueLength
        if case .endpoint = plan.kind {} else { entry.link.generatesAddress = plan.generatesAddress }
        entries[entries.count - 1] = entry
        return entry.link
    }

    package func bridgeVLANs(of bridge: HostLink) throws(DriverError) -> BridgeVLANs {
        try step()
        return entries.first { $0.link.index == bridge.index }?.vlans ?? BridgeVLANs()
    }

    package func upperLinks(of parent: HostLink) throws(DriverError) -> [HostLink] {
        try step()
        return entries.filter { $0.link.lowerIndex == parent.index && $0.attachment != nil }.map { entry in
            var link = entry.link
            link.isElsewhere = entry.isInContainer
            return link
        }
    }

    package func upperLinksElsewhere(of link: HostLink) throws(DriverError) -> [HostLink]? {
        try step()
        let found = entries.filter { $0.isInContainer && $0.link.lowerIndex == link.index }.map(\.link)
        return found.isEmpty && hidesContainers ? nil : found
    }

    package func isUsable(_ link: HostLink, with addresses: [IPPrefix]) throws(DriverError) -> Bool {
        try step()
        return !entries.contains { other in
            guard other.isInContainer, other.link.lowerIndex == link.lowerIndex else { return false }
            return switch link.kind {
            case .ipvlan: !other.addresses.isDisjoint(with: addresses.map(\.address))
            default: other.link.macAddress == link.macAddress
            }
        }
    }

    package func addresses() throws(DriverError) -> [HostAddress] {
        try step()
        return hostAddresses
    }

    package func addedRoutes(over link: HostLink) throws(DriverError) -> [HostRoute] {
        try step()
        return routes.filter { !$0.isOurs && $0.linkIndex == link.index }
    }

    package func routes(to destinations: [IPPrefix], in table: RoutingTable) throws(DriverError) -> [HostRoute] {
        try step()
        return routes.filter { $0.table == table && destinations.contains($0.destination) }
    }

    package func ownRoutes() throws(DriverError) -> [HostRoute] {
        try step()
        ownRoutesReads += 1
        return routes.filter(\.isOurs)
    }

    package func add(_ route: HostRoute) throws(DriverError) {
        try step()
        let operation = "add route to \(route.destination)"
        if let ipv6RouteRefusal, route.destination.family == .ipv6 {
            throw DriverError(ipv6RouteRefusal, message: "\(operation): Permission denied")
        }
        guard !refusesRoutes else { throw DriverError(.other, message: "\(operation): Permission denied") }
        guard !routes.contains(where: { $0.destination == route.destination && $0.table == route.table }) else {
            throw DriverError(.alreadyExists, message: "\(operation): File exists")
        }
        guard let entry = entries.first(where: { $0.link.index == route.linkIndex }) else {
            throw DriverError(.other, message: "\(operation): No such device")
        }
        guard entry.link.isUp else { throw DriverError(.linkDown, message: "\(operation): Network is down") }
        routes.append(route)
    }

    package func remove(_ route: HostRoute) throws(DriverError) {
        try step()
        // The kernel ignores attributes that the request does not name (`fib_table_delete` in net/ipv4/fib_trie.c).
        routes.removeAll {
            $0.isOurs && $0.destination == route.destination && $0.table == route.table
                && $0.linkIndex == route.linkIndex
                && (route.source == nil || $0.source == route.source)
        }
    }

    package func setUp(_ link: HostLink) throws(DriverError) {
        try step()
        guard let place = entries.firstIndex(where: { $0.link.index == link.index }) else {
            throw DriverError(.other, message: "set link \"\(link.name)\" up: No such device")
        }
        let lower = entries.first { $0.link.index == link.lowerIndex }
        // Only VLAN links cannot be up on a link that is down (`vlan_dev_open` in net/8021q/vlan_dev.c).
        let needsLower = if case .vlan = entries[place].link.kind { true } else { false }
        if !needsLower || lower?.link.isUp ?? true { entries[place].link.isUp = true }
    }

    package func setMTU(_ mtu: Int, of link: HostLink) throws(DriverError) {
        try step()
        guard !refusesMTUs else { throw DriverError(.other, message: "change link \"\(link.name)\": refused") }
        guard let place = entries.firstIndex(where: { $0.link.index == link.index }) else {
            throw DriverError(.other, message: "change link \"\(link.name)\": No such device")
        }
        entries[place].link.mtu = mtu
    }

    package func setAddressGeneration(_ isOn: Bool, of link: HostLink) throws(DriverError) {
        try step()
        guard !refusesAddressGeneration,
            let place = entries.firstIndex(where: { $0.link.index == link.index })
        else { throw DriverError(.other, message: "change link \"\(link.name)\": refused") }
        entries[place].link.generatesAddress = isOn
    }

    package func endpointsElsewhere() throws(DriverError) -> Set<EndpointID>? {
        try step()
        guard !hidesContainers else { return nil }
        let owners = entries.filter(\.isInContainer).compactMap(\.link.owner)
        return Set(owners.compactMap { if case .endpoint(let id) = $0 { id } else { nil } })
    }

    package func retire(_ link: HostLink) throws(DriverError) -> LinkRemoval? {
        try step()
        guard let place = entries.firstIndex(where: { !$0.isInContainer && $0.link.index == link.index }) else {
            return nil
        }
        let now = entries[place].link
        guard now.kind.isSameKind(as: link.kind), now.owner == link.owner, now.lowerIndex == link.lowerIndex else {
            return nil
        }
        let removal = LinkRemoval(index: link.index)
        if now.owner == .shim { setDown(entries[place].link.index) }
        entries[place].link.owner = .retired
        entries[place].link.removal = removal
        return removal
    }

    package func retire(_ name: InterfaceName, ownedBy owner: LinkOwner) throws(DriverError) -> LinkRemoval? {
        guard let link = link(named: name.text), link.removal == nil, link.owner == owner else {
            try step()
            return link(named: name.text)?.removal
        }
        return try retire(link)
    }

    package func release(_ link: HostLink) throws(DriverError) {
        try step()
        guard let place = entries.firstIndex(where: { $0.link.index == link.index && $0.link.owner == link.owner })
        else { return }
        entries[place].link.owner = nil
        if entries[place].link.generatesAddress == false { entries[place].link.generatesAddress = true }
    }

    package func retireUnfinishedLinks() throws(DriverError) -> Int {
        try step()
        return 0
    }

    // MARK: Shims

    package func neighbors(on shim: HostLink) throws(DriverError) -> [HostNeighbor] {
        try step()
        return neighbors.filter { $0.linkIndex == shim.index }
    }

    package func sources(of shim: HostLink) throws(DriverError) -> Set<MACAddress>? {
        try step()
        return entries.first { $0.link.index == shim.index }?.sources
    }

    package func replace(_ route: HostRoute) throws(DriverError) {
        let former = routes.filter {
            $0.isOurs && $0.destination == route.destination && $0.table == route.table
        }
        routes.removeAll { former.contains($0) }
        do throws(DriverError) {
            try add(route)
        } catch {
            routes += former
            throw error
        }
    }

    package func setSources(_ sources: Set<MACAddress>, of shim: HostLink) throws(DriverError) {
        try step()
        guard let place = entries.firstIndex(where: { $0.link.index == shim.index }) else {
            throw DriverError(.other, message: "change the filter of link \"\(shim.name)\": No such device")
        }
        guard sources.count <= HostLimits.shimSources else {
            throw DriverError(.other, message: "change the filter of link \"\(shim.name)\": too many addresses")
        }
        entries[place].sources = sources
    }

    package func add(_ address: IPAddress, to shim: HostLink) throws(DriverError) {
        try step()
        guard entries.contains(where: { $0.link.index == shim.index }), !refusesShimChanges else {
            throw DriverError(.other, message: "add address \(address) to link \"\(shim.name)\": refused")
        }
        let added = HostAddress(IPPrefix(host: address), on: shim.index)
        if !hostAddresses.contains(added) { hostAddresses.append(added) }
    }

    package func remove(_ address: IPAddress, from shim: HostLink) throws(DriverError) {
        try step()
        removeAddress(IPPrefix(host: address), from: shim.index)
    }

    /// Removes an address with what the kernel removes with it.
    ///
    /// With an IPv4 address that is on no other link, the routes that have it as their source
    /// (`fib_sync_down_addr` in net/ipv4/fib_semantics.c); IPv6 routes only lose the source (`rt6_remove_prefsrc` in
    /// net/ipv6/route.c). With a shim's last IPv4 address, all IPv4 routes over it (`fib_disable_ip` in
    /// net/ipv4/fib_frontend.c).
    private func removeAddress(_ prefix: IPPrefix, from index: InterfaceIndex) {
        let count = hostAddresses.count
        hostAddresses.removeAll { $0.linkIndex == index && $0.prefix == prefix }
        guard hostAddresses.count < count else { return }
        if !hostAddresses.contains(where: { $0.prefix.address == prefix.address }) {
            for place in routes.indices where routes[place].source == prefix.address && prefix.family == .ipv6 {
                routes[place].source = nil
            }
            routes.removeAll { $0.source == prefix.address }
        }
        let isShim = entries.contains { $0.link.index == index && $0.link.owner == .shim }
        let hasIPv4 = hostAddresses.contains { $0.linkIndex == index && $0.prefix.family == .ipv4 }
        if isShim, prefix.family == .ipv4, !hasIPv4 {
            routes.removeAll { $0.linkIndex == index && $0.destination.family == .ipv4 }
        }
    }

    /// Brings a link down. This removes its routes, neighbors and IPv6 addresses; of other links than shims, whose
    /// addresses tests set, only the routes.
    private func setDown(_ index: InterfaceIndex) {
        for place in entries.indices where entries[place].link.index == index {
            entries[place].link.isUp = false
            routes.removeAll { $0.linkIndex == index }
            guard entries[place].link.owner == .shim else { continue }
            neighbors.removeAll { $0.linkIndex == index }
            hostAddresses.removeAll { $0.linkIndex == index && $0.prefix.family == .ipv6 }
        }
    }

    package func add(_ neighbor: HostNeighbor) throws(DriverError) {
        try step()
        guard entries.contains(where: { $0.link.index == neighbor.linkIndex && $0.link.isUp }), !refusesShimChanges
        else {
            throw DriverError(.other, message: "add neighbor \(neighbor.address): refused")
        }
        neighbors.removeAll { $0.linkIndex == neighbor.linkIndex && $0.address == neighbor.address }
        neighbors.append(neighbor)
    }

    package func remove(_ neighbor: HostNeighbor) throws(DriverError) {
        try step()
        // The kernel finds the entry by link and address (`neigh_delete` in net/core/neighbour.c).
        neighbors.removeAll { $0.linkIndex == neighbor.linkIndex && $0.address == neighbor.address }
    }

    // MARK: Actions of Docker, users and the kernel

    /// All links in the host's namespace, including those being removed.
    package var visible: [HostLink] { entries.filter { !$0.isInContainer }.map(\.link) }

    /// The links in the host's namespace that are not being removed.
    package var living: [HostLink] { visible.filter { $0.removal == nil } }

    /// The links in containers, where the driver cannot see them.
    package var inContainers: [HostLink] { entries.filter(\.isInContainer).map(\.link) }

    package func link(named name: String) -> HostLink? { visible.first { $0.name == name } }

    /// Adds a link, as a user or the kernel would.
    @discardableResult
    package func add(
        _ name: String, kind: HostLinkKind = .device, on lower: InterfaceIndex? = nil, master: InterfaceIndex? = nil,
        isLoopback: Bool = false, isEthernet: Bool = true, mtu: Int = 1500, owner: LinkOwner? = nil
    ) -> HostLink {
        lastIndex += 1
        guard let index = InterfaceIndex(lastIndex) else { preconditionFailure("a counter of links has run over") }
        let link = HostLink(
            index: index, name: name, kind: kind,
            macAddress: isLoopback ? nil : MACAddress(bits: 0x0200_0000_0000 | UInt64(lastIndex)), mtu: mtu,
            lowerIndex: lower, masterIndex: master, isLoopback: isLoopback, isEthernet: isEthernet, owner: owner,
            generatesAddress: true)
        entries.append(Entry(link: link, attachment: kind.attachment))
        return link
    }

    /// Removes a link with its upper links, as deleting it or unplugging a NIC does.
    package func remove(_ name: String) {
        guard let link = entries.first(where: { $0.link.name == name })?.link else { return }
        remove(link.index)
    }

    /// Removes a link in a container, as the kernel does with the container's network namespace.
    package func removeInContainer(_ name: String) {
        entries.removeAll { $0.isInContainer && $0.link.name == name }
    }

    /// Renames a link.
    package func rename(_ name: String, to other: String) {
        for place in entries.indices where entries[place].link.name == name { entries[place].link.name = other }
    }

    /// Adds an alternative name to a link.
    package func addName(_ alternative: String, to name: String) {
        for place in entries.indices where entries[place].link.name == name {
            entries[place].link.alternativeNames.append(alternative)
        }
    }

    /// Removes the alternative names of a link.
    package func removeNames(of name: String) {
        for place in entries.indices where entries[place].link.name == name {
            entries[place].link.alternativeNames = []
        }
    }

    /// Makes a link the port of another, or of none.
    package func setMaster(_ master: String?, of name: String) {
        let index = master.flatMap { link(named: $0)?.index }
        for place in entries.indices where entries[place].link.name == name {
            // To move a link into a VRF or out of it, the kernel brings it down and up (`cycle_netdev` in
            // drivers/net/vrf.c), which removes its routes.
            if [index, entries[place].link.masterIndex].contains(where: isVRF) {
                routes.removeAll { $0.linkIndex == entries[place].link.index }
            }
            entries[place].link.masterIndex = index
        }
    }

    private func isVRF(_ index: InterfaceIndex?) -> Bool {
        guard case .vrf? = entries.first(where: { $0.link.index == index })?.link.kind else { return false }
        return true
    }

    /// Lets a bridge filter VLANs.
    package func filterVLANs(_ vlans: BridgeVLANs, of bridge: String, _ protocol: VLANProtocol = .dot1Q) {
        for place in entries.indices where entries[place].link.name == bridge {
            entries[place].link.filteredVLANs = `protocol`
            entries[place].vlans = vlans
        }
    }

    /// Moves a foreign link to another namespace.
    package func moveToOtherNamespace(_ name: String) {
        for place in entries.indices where entries[place].link.name == name { entries[place].isInContainer = true }
    }

    /// Gives a link an address, as an administrator or the kernel would.
    package func addAddress(_ address: IPPrefix, to name: String, isKernels: Bool = false, isPreferred: Bool = true) {
        guard let index = link(named: name)?.index else { return }
        hostAddresses.append(HostAddress(address, on: index, isKernels: isKernels, isPreferred: isPreferred))
    }

    /// The addresses of a link.
    package func addresses(of name: String) -> [IPAddress] {
        guard let index = link(named: name)?.index else { return [] }
        return hostAddresses.filter { $0.linkIndex == index }.map(\.prefix.address)
    }

    /// The MAC addresses that the filter of a shim lets pass.
    package func sources(of name: String) -> Set<MACAddress>? { entries.first { $0.link.name == name }?.sources }

    /// Removes all entries from the neighbor tables of shims, as `ip neighbor flush` does.
    package func flushNeighbors() { neighbors = [] }

    /// Removes an address from the link that has it.
    package func removeAddress(_ address: IPPrefix) {
        for own in hostAddresses where own.prefix == address { removeAddress(address, from: own.linkIndex) }
    }

    /// Makes a link a port of another.
    package func makePort(_ name: String, of master: String) { setMaster(master, of: name) }

    /// Takes a link out of the bridge, bond, team or VRF whose port it is.
    package func endPort(_ name: String) { setMaster(nil, of: name) }

    /// Adds a foreign route.
    package func addForeignRoute(to destination: IPPrefix, over link: String, in table: RoutingTable = .main) {
        let index = entries.first { $0.link.name == link }?.link.index
        routes.append(HostRoute(to: destination, over: index, in: table, isOurs: false))
    }

    /// Removes our routes to a destination.
    package func removeRoutes(to destination: IPPrefix?) {
        routes.removeAll { $0.isOurs && $0.destination == destination }
    }

    /// Removes foreign routes to a destination.
    package func removeForeignRoutes(to destination: IPPrefix) {
        routes.removeAll { !$0.isOurs && $0.destination == destination }
    }

    /// Brings a link down, which removes its routes.
    package func setDown(_ name: String) {
        if let index = link(named: name)?.index { setDown(index) }
    }

    /// Brings a link up.
    package func setUp(_ name: String) {
        for place in entries.indices where entries[place].link.name == name { entries[place].link.isUp = true }
    }

    /// Sets whether a link gives the host an IPv6 address; nil disables IPv6 on it.
    package func setAddressGeneration(_ isOn: Bool?, of name: String) {
        for place in entries.indices where entries[place].link.name == name {
            entries[place].link.generatesAddress = isOn
        }
    }

    /// Changes the MTU of a link and lowers that of its upper links, as the kernel does.
    package func setMTU(_ mtu: Int, of name: String) {
        guard let index = entries.first(where: { $0.link.name == name })?.link.index else { return }
        for place in entries.indices {
            let link = entries[place].link
            if link.index == index || (link.lowerIndex == index && link.mtu ?? 0 > mtu) {
                entries[place].link.mtu = mtu
            }
        }
    }

    /// The broadcast queue length that a link was created with.
    package func broadcastQueueLength(of name: String) -> UInt32? {
        entries.first { $0.link.name == name }?.broadcastQueueLength
    }

    /// Changes the MAC address of a link.
    package func setMACAddress(_ address: MACAddress, of name: String) {
        for place in entries.indices where entries[place].link.name == name {
            entries[place].link.macAddress = address
        }
    }

    /// Finishes a removal.
    package func finish(_ removal: LinkRemoval) { remove(removal.index) }

    /// Finishes all removals in progress.
    package func finishRemovals() { for link in visible where link.removal != nil { remove(link.index) } }

    /// Moves a link into a container with its addresses, as Docker does after `Join`.
    package func takeIntoContainer(_ name: String, addresses: [IPAddress] = []) {
        for place in entries.indices where entries[place].link.name == name && entries[place].link.removal == nil {
            entries[place].isInContainer = true
            entries[place].addresses = Set(addresses)
        }
    }

    /// Returns a link from its container, as Docker does between `Leave` and `DeleteEndpoint`. If its name is taken by
    /// then, the link is removed with the container.
    package func bringBack(_ name: String) {
        for entry in entries where entry.isInContainer && entry.link.name == name {
            if link(named: name) != nil {
                remove(entry.link.index)
            } else if let place = entries.firstIndex(where: { $0.link.index == entry.link.index }) {
                entries[place].isInContainer = false
                entries[place].addresses = []
            }
        }
    }

    private func remove(_ index: InterfaceIndex) {
        let upper = entries.filter { $0.link.lowerIndex == index }.map(\.link.index)
        entries.removeAll { $0.link.index == index }
        routes.removeAll { $0.linkIndex == index }
        neighbors.removeAll { $0.linkIndex == index }
        for own in hostAddresses where own.linkIndex == index { removeAddress(own.prefix, from: index) }
        for child in upper { remove(child) }
    }

    // MARK: The kernel's rules

    private func step() throws(DriverError) {
        if let message = faults.take() { throw DriverError(.other, message: message) }
    }

    private func checkIsThere(_ lower: HostLink, _ operation: String) throws(DriverError) {
        guard !entries.contains(where: { $0.link.index == lower.index }) else { return }
        throw DriverError(.other, message: "\(operation): No such device")
    }

    private func setIPvlanMode(_ attachment: Attachment, of parent: HostLink) {
        guard case .ipvlan = attachment else { return }
        for place in entries.indices where entries[place].link.lowerIndex == parent.index {
            guard case .ipvlan? = entries[place].attachment else { continue }
            entries[place].attachment = attachment
            entries[place].link.kind = HostLinkKind(attachment)
        }
    }

    /// A link's MTU is at most its parent's, which is also the default.
    private func mtu(of plan: HostLinkPlan, _ operation: String) throws(DriverError) -> Int {
        let largest = plan.kind.lower.flatMap { lower in
            entries.first { $0.link.index == lower.index }?.link.mtu
        }
        guard let asked = plan.mtu else { return largest ?? 1500 }
        guard asked <= largest ?? .max else {
            throw DriverError(.parentClaimed, message: "\(operation): Invalid argument")
        }
        return asked
    }

    /// A parent has one receive handler, for one kind of links; a passthru port has one link (drivers/net/macvlan.c).
    private func checkCanShare(_ wanted: Attachment, _ parent: HostLink, _ operation: String) throws(DriverError) {
        for held in entries.filter({ $0.link.lowerIndex == parent.index }).compactMap(\.attachment) {
            guard held.kindName == wanted.kindName else {
                throw DriverError(.parentClaimed, message: "\(operation): Device or resource busy")
            }
            guard wanted != .macvlan(.passthru), held != .macvlan(.passthru) else {
                throw DriverError(.parentClaimed, message: "\(operation): Invalid argument")
            }
        }
    }
}

extension FakeHost {
    /// A host with a loopback, two NICs, a NIC with a dotted name, ports of a bridge, bond, VRF and team, and an
    /// administrator's VLAN link.
    package static func usual(faults: FaultSchedule = FaultSchedule()) -> FakeHost {
        let host = FakeHost(faults: faults)
        host.add("lo", isLoopback: true)
        let eth0 = host.add("eth0")
        host.add("eth1")
        host.add("lan.1")
        for (master, kind, port) in [
            ("br0", "bridge", "eth2"), ("bond0", "bond", "eth3"), ("red", "vrf", "eth4"), ("team0", "team", "eth5"),
        ] {
            let index = host.add(master, kind: kind == "vrf" ? .vrf(RoutingTable(10)) : .other(kind)).index
            host.add(port, master: index)
        }
        if let id = VLANID(7) { host.add("guests", kind: .vlan(VLANTag(id: id)), on: eth0.index) }
        return host
    }
}
