import ControlAPI

/// Stacks the links of a document on each other and puts its networks on them.
///
/// Links that the document lacks are derived from its networks, so that every network has a place.
struct LinkForest {
    private var links: [String: LinkDocument] = [:]
    /// Names of links by the link below.
    private var above: [String: [String]] = [:]
    /// Names of ports by the name of their bond, team or bridge.
    private var ports: [String: [String]] = [:]
    private let networks: [String: [NetworkDocument]]
    private let isolated: [NetworkDocument]
    private let faults: LinkFaults

    init(_ status: StatusDocument) {
        for link in status.links { links[link.name] = link }
        faults = LinkFaults(status.links)
        let isolatedLinks = Set(status.links.filter { $0.role == .isolated }.map(\.name))
        let isIsolated = { (network: NetworkDocument) in
            network.lowestLink == nil && network.vlans.isEmpty || isolatedLinks.contains(network.parent)
        }
        isolated = status.networks.filter(isIsolated)
        let others = status.networks.filter { !isIsolated($0) }
        networks = Dictionary(grouping: others, by: \.parent)
        others.forEach { addLinks(of: $0) }
        status.networks.forEach { addShim(of: $0) }
        for link in links.values {
            if let master = link.master { ports[master, default: []].append(link.name) }
            if let lower = link.lower, lower != link.name, links[lower] != nil {
                above[lower, default: []].append(link.name)
            }
        }
    }

    /// Adds the links below a network that the document lacks.
    private mutating func addLinks(of network: NetworkDocument) {
        let lowest = network.lowestLink ?? network.parent
        if links[lowest] == nil { links[lowest] = LinkDocument(missingOrUnknown: lowest, of: network) }
        var lower = lowest
        var name = lowest
        for (position, vlan) in network.vlans.enumerated() {
            name += ".\(vlan)"
            // The link of the innermost tag is the parent, which may have another name.
            if position == network.vlans.count - 1 { name = network.parent }
            if links[name] == nil {
                links[name] = LinkDocument(missingOrUnknown: name, of: network, role: .vlan, lower: lower, vlan: vlan)
            }
            lower = name
        }
        if links[network.parent] == nil {
            links[network.parent] = LinkDocument(missingOrUnknown: network.parent, of: network, lower: lowest)
        }
    }

    private mutating func addShim(of network: NetworkDocument) {
        guard let shim = network.hostAccess?.shim, links[shim] == nil else { return }
        links[shim] = LinkDocument(name: shim, role: .shim, kind: network.kind, lower: network.parent)
    }

    /// The lowest links with everything on them, sorted by name, and the isolated networks.
    var roots: [TopologyTree.Node] {
        var visited: Set<String> = []
        let candidates = Self.sorted(links.values.filter { $0.role != .isolated && !isOnlyPort($0) })
        let lowest = candidates.filter { link in link.lower.flatMap { links[$0] } == nil }
        var nodes = lowest.compactMap { node(of: $0, &visited) }
        // Only links that are below each other in a circle are left, which the kernel does not allow.
        nodes += candidates.compactMap { node(of: $0, &visited) }
        if !isolated.isEmpty {
            nodes.append(
                TopologyTree.Node(
                    .isolated, title: "no NIC", details: ["isolated"],
                    children: Self.sorted(isolated).map { TopologyTree.Node($0, faults) }))
        }
        return nodes
    }

    /// Whether a link is only there as a port of a bond, team or bridge, whose node names it.
    private func isOnlyPort(_ link: LinkDocument) -> Bool {
        guard let master = link.master, links[master] != nil else { return false }
        return networks[link.name] == nil && above[link.name] == nil
    }

    private func node(of link: LinkDocument, _ visited: inout Set<String>) -> TopologyTree.Node? {
        guard visited.insert(link.name).inserted else { return nil }
        var node = TopologyTree.Node(link, ports: (ports[link.name] ?? []).sorted())
        node.children = Self.sorted(networks[link.name] ?? []).map { TopologyTree.Node($0, faults) }
        for upper in Self.sorted((above[link.name] ?? []).compactMap { links[$0] }) {
            if let child = self.node(of: upper, &visited) { node.children.append(child) }
        }
        return node
    }

    private static func sorted(_ networks: [NetworkDocument]) -> [NetworkDocument] {
        let keyed = networks.map { (key: NaturalKey($0.label), network: $0) }
        return keyed.sorted { ($0.key, $0.network.id) < ($1.key, $1.network.id) }.map(\.network)
    }

    /// Shims come before VLAN sub-interfaces, and these are in the order of their VLAN IDs.
    private static func sorted(_ links: [LinkDocument]) -> [LinkDocument] {
        let keyed = links.map { link in
            (place: link.role == .shim ? -1 : link.vlan ?? 0, name: NaturalKey(link.name), link: link)
        }
        return keyed.sorted { ($0.place, $0.name, $0.link.name) < ($1.place, $1.name, $1.link.name) }.map(\.link)
    }
}

extension LinkDocument {
    /// A link about which only a network says something.
    fileprivate init(
        missingOrUnknown name: String, of network: NetworkDocument, role: Role = .host, lower: String? = nil,
        vlan: Int? = nil
    ) {
        self.init(name: name, role: role, lower: lower, vlan: vlan)
        if network.state.name == .waiting, network.state.link == name {
            (exists, isUp, hasCarrier) = (false, false, false)
        }
    }
}
