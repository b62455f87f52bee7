/// Links that exist but carry no packets, for readers of a network's state.
///
/// A network's `state` only covers missing links and refusals: with a parent that is down, containers still start.
package struct LinkFaults {
    private let links: [String: LinkDocument]

    package init(_ links: [LinkDocument]) {
        self.links = Dictionary(links.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    }

    /// Returns the lowest faulty link from a network's parent down, which is the cause; nil if there is none.
    ///
    /// Nil also for a network that is not `ok`, whose state says more.
    package func link(below network: NetworkDocument) -> LinkDocument? {
        guard network.state.name == .ok else { return nil }
        var lowest: LinkDocument?
        var next = links[network.parent]
        // The kernel stacks no more than eight links, so a longer chain would be a mistake in the document.
        for _ in 0..<8 {
            guard let link = next else { break }
            if link.fault != nil { lowest = link }
            next = link.lower.flatMap { links[$0] }
        }
        return lowest
    }

    /// Returns the network's state, such as `ok` or `eth0 has no carrier`.
    package func state(of network: NetworkDocument) -> String {
        link(below: network)?.fault ?? network.state.description
    }
}

extension LinkDocument {
    /// Such as `eth0 is down` or `eth0 has no carrier`; nil if the link works or does not exist.
    package var fault: String? {
        guard exists else { return nil }
        return isUp ? hasCarrier ? nil : "\(name) has no carrier" : "\(name) is down"
    }
}

extension NetworkDocument {
    /// A subnet, and its gateway if containers use it: in a layer 3 network they send everything to their link.
    package func words(_ pool: SubnetDocument, gateway word: String) -> String {
        guard let gateway = usedGateway(of: pool) else { return pool.subnet }
        return "\(pool.subnet)\(word)\(gateway)"
    }

    /// The gateway of a subnet; nil in a layer 3 network, whose containers have none.
    package func usedGateway(of pool: SubnetDocument) -> String? {
        mode == "l3" || mode == "l3s" ? nil : pool.gateway
    }
}
