/// An intended difference: the reason, and every line.
struct MeantDifference: Sendable {
    let reason: String
    /// The engines that have it, by the first part of their version.
    var engines = DifferentialScenario.anyEngine
    /// As `Observation.differences(from:)` writes them, with `$n` for the scenario's number.
    let lines: Set<String>

    /// Docker's own drivers keep no address for a router that nobody named from 29 on.
    static func firstAddressIsRouters(_ mac: String, hasIPv6: Bool) -> MeantDifference {
        var lines: Set<String> = []
        for (name, host) in [("a", "20"), ("b", "21")] {
            func endpoint(_ gateway4: String, _ address6: String, _ gateway6: String) -> String {
                "\(name) endpoint lan 10.$n.0.\(host)/24 gateway \(gateway4) \(address6) gateway \(gateway6) MAC \(mac)"
            }
            let address6 = hasIPv6 ? "fd00:$n::\(host)/64" : "/0"
            lines.formUnion([
                "- " + endpoint("none", address6, "none"),
                "+ " + endpoint("10.$n.0.1", address6, hasIPv6 ? "fd00:$n::1" : "none"),
                "+ \(name) route default via 10.$n.0.1 dev eth0",
                "- \(name): 203.0.113.$n is unreachable", "+ \(name): 203.0.113.$n is alive",
            ])
            guard hasIPv6 else { continue }
            lines.formUnion([
                "+ \(name) route default via fd00:$n::1 dev eth0 metric 1024",
                "- \(name): 2001:db8:$n::1 is unreachable", "+ \(name): 2001:db8:$n::1 is alive",
            ])
        }
        return MeantDifference(
            reason: "the first address is the router's where the user names none, on every engine",
            engines: 29..<Int.max, lines: lines)
    }

    /// An endpoint at layer 3 of the network `lan`: its addresses, and the next hops that swiftvlan gives it.
    struct Layer3Endpoint {
        let name: String
        let ipv4: (address: String, gateway: String)
        let ipv6: (address: String, gateway: String)?

        init(
            _ name: String, _ address: String, _ gateway: String, ipv6: (address: String, gateway: String)? = nil
        ) {
            self.name = name
            ipv4 = (address, gateway)
            self.ipv6 = ipv6
        }

        fileprivate func line(gateway4: String, gateway6: String) -> String {
            """
            \(name) endpoint lan \(ipv4.address)/24 gateway \(gateway4) \(ipv6.map { "\($0.address)/64" } ?? "/0") \
            gateway \(gateway6) MAC none
            """
        }
    }

    /// Docker's own driver gives containers at layer 3 default routes without a next hop, of which a container can have
    /// only one before 28.
    static func layer3Gateways(_ endpoints: Layer3Endpoint..., engines: Range<Int>) -> MeantDifference {
        var lines: Set<String> = []
        for endpoint in endpoints {
            lines.formUnion([
                "- " + endpoint.line(gateway4: "none", gateway6: "none"),
                "+ " + endpoint.line(gateway4: endpoint.ipv4.gateway, gateway6: endpoint.ipv6?.gateway ?? "none"),
                "- \(endpoint.name) route default dev eth0 scope link",
                "+ \(endpoint.name) route default via \(endpoint.ipv4.gateway) dev eth0",
            ])
            guard let ipv6 = endpoint.ipv6 else { continue }
            lines.formUnion([
                "- \(endpoint.name) route default dev eth0 metric 1024",
                "+ \(endpoint.name) route default via \(ipv6.gateway) dev eth0 metric 1024",
            ])
        }
        return MeantDifference(reason: gatewayAtLayer3, engines: engines, lines: lines)
    }

    /// Those of containers a and b on a network of one subnet without a gateway.
    static let pairAtLayer3 = [
        layer3Gateways(
            Layer3Endpoint("a", "10.$n.31.2", "10.$n.31.1"), Layer3Endpoint("b", "10.$n.31.3", "10.$n.31.1"),
            engines: 0..<28),
        layer3Gateways(
            Layer3Endpoint("a", "10.$n.31.1", "10.$n.31.2"), Layer3Endpoint("b", "10.$n.31.2", "10.$n.31.1"),
            engines: 28..<Int.max),
    ]

    static let gatewayAtLayer3 = "a network at layer 3 has a gateway, so that a container can have other networks too"
    static let hostRoutes = "the host has routes to networks at layer 3, for its routing daemon to announce"
}
