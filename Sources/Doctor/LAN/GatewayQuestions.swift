import ControlAPI

/// A gateway of a network whose parent can be asked.
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

    /// Returns the IPv4 gateways of all networks that can be asked on their parent: layer 3 networks have none there, and
    /// links that are down lead nowhere.
    static func all(in status: StatusDocument) -> [AskableGateway] {
        let usable = Set(status.links.filter { $0.exists && $0.isUp && $0.hasCarrier }.map(\.name))
        return status.networks
            .filter { $0.state.name == .ok && $0.lowestLink != nil && !$0.mode.hasPrefix("l3") }
            .filter { usable.contains($0.parent) }
            .flatMap { network in
                network.subnets.compactMap(\.gateway).filter { !$0.contains(":") }.map { gateway in
                    AskableGateway(network: network, address: String(gateway.prefix { $0 != "/" }))
                }
            }
    }

    /// Asks for all gateways from both MAC addresses; the first check waits for the answers, and the others get the same.
    static func answers(for gateways: [AskableGateway], from probe: any GatewayProbe) -> [LANQuestion: LANAnswer] {
        let questions = gateways.flatMap { [$0.question] + ($0.containersQuestion.map { [$0] } ?? []) }
        return probe.ask(questions, within: .seconds(1))
    }
}
