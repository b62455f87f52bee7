import ControlAPI

/// The links of a document by name, and what is below each.
struct LinkChains {
    /// The networks above one lowest link; nil for isolated networks, which have none.
    struct Group {
        let link: String?
        var networks: [NetworkDocument]
    }

    let links: [String: LinkDocument]

    init(_ links: [LinkDocument]) {
        self.links = Dictionary(links.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    }

    /// Returns a link and those below it, from the top down.
    func chain(from name: String) -> [LinkDocument] {
        var chain: [LinkDocument] = []
        var next = links[name]
        // The kernel stacks no more than eight links, so a longer chain would be a mistake in the document.
        while let link = next, chain.count < 8 {
            chain.append(link)
            next = link.lower.flatMap { links[$0] }
        }
        return chain
    }

    /// The VLAN IDs of a network's packets, from the outermost tag, among them those of links that others created.
    func vlans(of network: NetworkDocument) -> [Int] {
        let ids = chain(from: network.parent).compactMap(\.vlan).reversed()
        return ids.isEmpty ? network.vlans : Array(ids)
    }

    /// The lowest link below a network; nil for an isolated one.
    func lowest(of network: NetworkDocument) -> String? {
        network.lowestLink.map { chain(from: $0).last?.name ?? $0 }
    }

    /// Groups networks by their lowest link, sorted by its name; isolated ones come last.
    func groups(_ networks: [NetworkDocument]) -> [Group] {
        let byLink = Dictionary(grouping: networks, by: lowest)
        return byLink.sorted { one, other in
            guard let first = one.key, let second = other.key else { return one.key != nil && other.key == nil }
            return first < second
        }.map { group in
            let keyed = group.value.map { (network: $0, vlans: vlans(of: $0)) }
            return Group(
                link: group.key,
                networks: keyed.sorted { one, other in
                    guard one.vlans == other.vlans else { return one.vlans.lexicographicallyPrecedes(other.vlans) }
                    return (one.network.label, one.network.id) < (other.network.label, other.network.id)
                }.map(\.network))
        }
    }
}
