import ControlAPI

/// A gateway of a network, and the questions for it.
struct AskableGateway {
    var network: NetworkDocument
    var address: String
    /// The question from the parent's own MAC address.
    var question: LANQuestion { LANQuestion(link: network.parent, address: address) }
    /// The same question from the MAC address of a running container, which the LAN knows already; nil without one.
    var containersQuestion: LANQuestion? {
        guard network.kind == "macvlan" else { return nil }
        let address = network.endpoints.filter(\.hasJoined).compactMap(\.macAddress).min()
        return address.map { LANQuestion(link: network.parent, address: self.address, sender: $0) }
    }

    /// Returns the IPv4 gateways of all networks that can be asked on their parent.
    static func all(in status: StatusDocument) -> [AskableGateway] {
        let usable = usableLinks(of: status)
        return candidates(in: status).filter { usable.contains($0.network.parent) && !$0.isRouted }
    }

    /// Returns why the other IPv4 gateways cannot be asked, one sentence each.
    static func reasons(in status: StatusDocument) -> [NotChecked] {
        let links = Dictionary(status.links.map { ($0.name, $0) }) { first, _ in first }
        return candidates(in: status).compactMap { gateway in
            let parent = gateway.network.parent
            let reason =
                gateway.isRouted
                ? "containers of an \(gateway.network.mode) network do not use it"
                : fault(of: links[parent]).map { "\(parent) \($0)" }
            guard let reason else { return nil }
            return NotChecked(
                "the gateway \(gateway.address) of \(gateway.network.label) was not asked: \(reason)",
                networks: [gateway.network])
        }
    }

    /// Whether the host routes for the containers, in layer 3.
    private var isRouted: Bool { network.mode.hasPrefix("l3") }

    /// All IPv4 gateways of networks that have a LAN.
    private static func candidates(in status: StatusDocument) -> [AskableGateway] {
        status.networks.filter { $0.lowestLink != nil }.flatMap { network in
            network.subnets.compactMap(\.gateway).filter { !$0.contains(":") }.map { gateway in
                AskableGateway(network: network, address: String(gateway.prefix { $0 != "/" }))
            }
        }
    }

    private static func usableLinks(of status: StatusDocument) -> Set<String> {
        Set(status.links.filter { fault(of: $0) == nil }.map(\.name))
    }

    /// Returns why nothing can be asked on a link; nil if it can.
    private static func fault(of link: LinkDocument?) -> String? {
        guard let link, link.exists else { return "is missing" }
        guard link.isUp else { return "is down" }
        return link.hasCarrier ? nil : "has no carrier"
    }

    /// Asks for all gateways from both MAC addresses; the first check waits for the answers, and the others get the same.
    static func answers(for gateways: [AskableGateway], from probe: any GatewayProbe) -> [LANQuestion: LANAnswer] {
        let questions = gateways.flatMap { [$0.question] + ($0.containersQuestion.map { [$0] } ?? []) }
        return probe.ask(questions, within: .seconds(1))
    }
}
