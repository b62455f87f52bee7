import ControlAPI

/// Stacks the links of a document on each other and puts its networks on them.
///
/// Links that the document lacks are derived from its networks, so that every network has a place.
struct LinkForest {
    private var links: [String: LinkDocument] = [:]
    /// Names of links by the link below.
    private var above: [String: [String]] = [:]
    private let networks: [String: [NetworkDocument]]
    private let isolated: [NetworkDocument]

    init(_ status: StatusDocument) {
        for link in status.links { links[link.name] = link }
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
            if let lower = link.lower, lower != link.name, links[lower] != nil { above[lower, default: []].append(link.name) }
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
        let ports = Set(links.values.filter(isOnlyPort).map(\.name))
        let names = links.values.filter { $0.role != .isolated && !ports.contains($0.name) }.map(\.name)
        let lowest = names.filter { name in links[name]?.lower.flatMap { links[$0] } == nil }
        var nodes = lowest.sorted(by: Self.isBefore).compactMap { node(of: $0, &visited) }
        // Only links that are below each other in a circle are left, which the kernel does not allow.
        nodes += names.sorted(by: Self.isBefore).filter { !visited.contains($0) }.compactMap { node(of: $0, &visited) }
        if !isolated.isEmpty {
            nodes.append(
                TopologyTree.Node(
                    .isolated, title: "no NIC", details: ["isolated: containers reach only each other"],
                    children: Self.sorted(isolated).map { TopologyTree.Node($0) }))
        }
        return nodes
    }

    /// Whether a link is only there as a port of a bond, team or bridge, whose node names it.
    private func isOnlyPort(_ link: LinkDocument) -> Bool {
        guard let master = link.master, links[master] != nil else { return false }
        return networks[link.name] == nil && above[link.name] == nil
    }

    private func node(of name: String, _ visited: inout Set<String>) -> TopologyTree.Node? {
        guard let link = links[name], visited.insert(name).inserted else { return nil }
        var children = Self.sorted(networks[name] ?? []).map { TopologyTree.Node($0) }
        let upper = (above[name] ?? []).compactMap { links[$0] }
        for link in upper.sorted(by: Self.isBefore) {
            if let child = node(of: link.name, &visited) { children.append(child) }
        }
        var node = TopologyTree.Node(link, ports: links.values.filter { $0.master == name }.map(\.name).sorted())
        node.children = children
        return node
    }

    private static func sorted(_ networks: [NetworkDocument]) -> [NetworkDocument] {
        networks.sorted { $0.label == $1.label ? $0.id < $1.id : isBefore($0.label, $1.label) }
    }

    /// Shims come before VLAN sub-interfaces, and these are in the order of their VLAN IDs.
    private static func isBefore(_ one: LinkDocument, _ other: LinkDocument) -> Bool {
        if one.role != other.role { return one.role == .shim }
        if let first = one.vlan, let second = other.vlan, first != second { return first < second }
        return isBefore(one.name, other.name)
    }

    /// Whether a name comes before another one, with numbers in the order of their values: `eth2`, `eth10`.
    private static func isBefore(_ one: String, _ other: String) -> Bool {
        let keys = (NaturalKey(one), NaturalKey(other))
        return keys.0 == keys.1 ? one < other : keys.0 < keys.1
    }
}

extension LinkDocument {
    /// A link about which only a network says something.
    fileprivate init(
        missingOrUnknown name: String, of network: NetworkDocument, role: Role = .host, lower: String? = nil,
        vlan: Int? = nil
    ) {
        self.init(name: name, role: role, lower: lower, vlan: vlan)
        if network.state.name == .waiting, network.state.link == name { (exists, isUp, hasCarrier) = (false, false, false) }
    }
}
