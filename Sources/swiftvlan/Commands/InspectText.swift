import ControlAPI

/// The text of `swiftvlan inspect`: a name and a value in each line.
struct InspectText {
    private let document: StatusDocument
    private let chains: LinkChains
    private let faults: LinkFaults
    private let usesColor: Bool

    init(_ document: StatusDocument, usesColor: Bool) {
        self.document = document
        chains = LinkChains(document.links)
        faults = LinkFaults(document.links)
        self.usesColor = usesColor
    }

    func lines(about target: InspectTarget) -> [String] {
        switch target {
        case .network(let network): section("network \(network.label)", fields(of: network))
        case .endpoints(let places):
            places.flatMap { place in
                section("endpoint \(place.endpoint.label) in network \(place.network.label)", fields(of: place))
            }
        case .link(let link): section("link \(link.name)", fields(of: link))
        }
    }

    private typealias Field = (name: String, value: TextTable.Cell)

    private func section(_ title: String, _ fields: [Field]) -> [String] {
        var table = TextTable()
        table.rows += fields.map { [TextTable.Cell($0.name, .dim), $0.value] }
        return [Terminal.styled(Terminal.escaped(title), .bold, usesColor: usesColor)]
            + table.lines(usesColor: usesColor).map { "  " + $0 }
    }

    private func field(_ name: String, _ values: [String], _ style: Terminal.Style? = nil) -> Field {
        (name, TextTable.Cell(values.isEmpty ? ["-"] : values, style))
    }

    private func fields(of network: NetworkDocument) -> [Field] {
        let vlans = chains.vlans(of: network)
        let kind = [network.kind, network.mode] + [network.flag.map { "(\($0))" }].compactMap { $0 }
        var fields = [
            field("Identifier", [network.id]),
            field("State", [faults.state(of: network)], faults.state(of: network) == "ok" ? .green : .yellow),
            field("Kind", [kind.joined(separator: " ")]),
            field("Internal", [network.isInternal ? "yes" : "no"]),
            field("Links", chains.chain(from: network.parent).map(words)),
            field("VLAN", vlans.isEmpty ? [] : [vlans.map(String.init).joined(separator: ", then ")]),
            field("Subnets", network.subnets.map { network.words($0, gateway: ", gateway ") }),
        ]
        if let access = network.hostAccess {
            fields += [
                field("Host access", [access.shim.map { "over \($0)" } ?? "there is no shim"]),
                field("Reserved for host", access.addresses), field("Shim routes", access.routes.map(words)),
            ]
        }
        if !network.hostRoutes.isEmpty { fields.append(field("Host routes", network.hostRoutes.map(words))) }
        return fields + [field("Endpoints", network.endpoints.map(words))]
    }

    private func fields(of place: InspectTarget.Place) -> [Field] {
        let (endpoint, network) = (place.endpoint, place.network)
        var fields = [
            field("Identifier", [endpoint.id]), field("Container", [endpoint.container].compactMap { $0 }),
            field("Started", [endpoint.hasJoined ? "yes" : "no"]),
            field("Addresses", endpoint.addresses),
            field("MAC address", [endpoint.macAddress ?? "that of \(network.parent)"]),
            field("Network", ["\(network.label), \(faults.state(of: network))"]),
            field("Network identifier", [network.id]),
            field("Links", chains.chain(from: network.parent).map(words)),
        ]
        if !endpoint.conflicts.isEmpty {
            fields.append(
                field(
                    "Conflicts", endpoint.conflicts.map { "\($0.address) is also at \($0.macAddress)" }, .yellow))
        }
        return fields
    }

    private func fields(of link: LinkDocument) -> [Field] {
        let networks = InspectTarget.link(link).part(of: document).networks
        var fields = [
            field("Role", [link.role.words]), field("State", [LinkWords(link).state.0], LinkWords(link).state.1),
            field("MAC address", [link.macAddress].compactMap { $0 }),
            field("On", chains.chain(from: link.name).dropFirst().map(words)),
        ]
        if let master = link.master { fields.append(field("Port of", [master])) }
        let ports = document.links.filter { $0.master == link.name }.map(\.name)
        if !ports.isEmpty { fields.append(field("Ports", ports)) }
        if link.role == .shim { fields.append(field("Addresses", link.addresses)) }
        return fields + [field("Networks", networks.map { "\($0.label) (\($0.parent)): \(faults.state(of: $0))" })]
    }

    private func words(_ link: LinkDocument) -> String { "\(link.name): \(LinkWords(link).state.0)" }

    private func words(_ route: HostRouteDocument) -> String {
        route.words + (route.source.map { " from \($0)" } ?? "")
    }

    private func words(_ endpoint: EndpointDocument) -> String {
        let rest = [endpoint.macAddress, endpoint.hasJoined ? nil : "not started"].compactMap { $0 }
        return ([endpoint.label] + endpoint.addresses + rest).joined(separator: "  ")
    }
}

extension LinkDocument.Role {
    /// The role, for readers.
    fileprivate var words: String {
        switch self {
        case .host: "a link of the host, which swiftvlan never changes"
        case .vlan: "a VLAN sub-interface of swiftvlan"
        case .isolated: "the dummy link of an isolated network"
        case .shim: "the host's own link on its parent, for host access"
        }
    }
}
