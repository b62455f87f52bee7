/// How many siblings of a kind are shown.
package struct TopologyLimits: Sendable {
    package var containers: Int
    package var networks: Int
    package var links: Int

    /// A host with hundreds of containers still fits on a few screens.
    package static let standard = TopologyLimits(containers: 8, networks: 24, links: 24)

    package init(containers: Int, networks: Int, links: Int) {
        self.containers = containers
        self.networks = networks
        self.links = links
    }

    /// Returns the node with no more children of a kind than the limit, and a node that counts the others.
    func applied(to node: TopologyTree.Node) -> TopologyTree.Node {
        var node = node
        let kinds = Dictionary(grouping: node.children.indices) { node.children[$0].kind }
        var kept = Set(node.children.indices)
        var additions: [TopologyTree.Node] = []
        for (kind, indices) in kinds.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let limit = limit(of: kind)
            // A single one would take as much room as the line that counts it.
            guard indices.count > limit + 1 else { continue }
            // Sorting by index too keeps the order among equals.
            let byNeed = indices.sorted { one, other in
                let conditions = (node.children[one].worst, node.children[other].worst)
                return conditions.0 == conditions.1 ? one < other : conditions.0 > conditions.1
            }
            let hidden = byNeed.dropFirst(limit)
            kept.subtract(hidden)
            additions.append(Self.more(hidden.map { node.children[$0] }, of: kind))
        }
        node.children = node.children.indices.filter(kept.contains).map { applied(to: node.children[$0]) } + additions
        return node
    }

    private func limit(of kind: TopologyTree.Node.Kind) -> Int {
        switch kind {
        case .container: containers
        case .network: networks
        default: links
        }
    }

    /// Such as `and 212 more containers`, with the worst condition among them.
    private static func more(_ hidden: [TopologyTree.Node], of kind: TopologyTree.Node.Kind) -> TopologyTree.Node {
        let (counted, word): (TopologyTree.Node.Kind, String) =
            switch kind {
            case .container: (.moreContainers, "containers")
            case .network: (.moreNetworks, "networks")
            case .vlan: (.moreLinks, "VLANs")
            default: (.moreLinks, "links")
            }
        let failing = hidden.count { $0.worst > .ok }
        return TopologyTree.Node(
            counted, title: "and \(hidden.count) more \(word)",
            condition: hidden.map(\.worst).max() ?? .ok, remark: failing == 0 ? nil : "\(failing) of them not ok")
    }
}
