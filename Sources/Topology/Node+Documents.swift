import ControlAPI

extension TopologyTree.Node {
    /// A link of the host, without what is on it.
    init(_ link: LinkDocument, ports: [String] = []) {
        let kind: Kind =
            switch link.role {
            case .host: link.vlan == nil ? .host : .vlan
            case .vlan: .vlan
            case .isolated: .isolated
            case .shim: .shim
            }
        self.init(kind, title: link.name, details: Self.details(of: link, ports: ports))
        if !link.exists {
            (condition, remark) = (.failed, "missing")
        } else if !link.isUp {
            (condition, remark) = (.attention, "down")
        } else if !link.hasCarrier {
            (condition, remark) = (.attention, "no carrier")
        }
    }

    private static func details(of link: LinkDocument, ports: [String]) -> [String] {
        switch link.role {
        case .shim: return ["host access"] + link.addresses
        case .isolated: return ["isolated"]
        case .host, .vlan: break
        }
        var words: [String] = []
        if let vlan = link.vlan {
            words.append("VLAN \(vlan)")
        } else if link.exists {
            words.append(link.kind ?? "NIC")
        }
        if !ports.isEmpty { words.append("ports \(ports.joined(separator: ", "))") }
        if let mtu = link.mtu { words.append("MTU \(mtu)") }
        return words
    }

    /// A network with its containers.
    init(_ network: NetworkDocument, _ faults: LinkFaults) {
        let words = [network.kind, network.mode] + (network.flag.map { [$0] } ?? [])
        self.init(
            .network, title: network.label,
            details: [words.joined(separator: " ") + (network.isInternal ? ", internal" : "")]
                + network.subnets.map(\.subnet),
            children: network.endpoints.map { TopologyTree.Node($0) })
        switch network.state.name {
        case .ok:
            if let fault = faults.link(below: network)?.fault { (condition, remark) = (.attention, fault) }
        case .waiting: (condition, remark) = (.attention, network.state.description)
        case .blocked: (condition, remark) = (.failed, network.state.description)
        }
    }

    private init(_ endpoint: EndpointDocument) {
        self.init(.container, title: endpoint.label, details: endpoint.addresses.map(Self.withoutLength))
        if let conflict = endpoint.conflicts.first {
            (condition, remark) = (.attention, "\(conflict.address) is also at \(conflict.macAddress)")
        } else if !endpoint.hasJoined {
            remark = "not started"
        }
    }

    /// The address without its prefix length, which is that of the network's subnet.
    private static func withoutLength(_ address: String) -> String {
        String(address.prefix { $0 != "/" })
    }
}
