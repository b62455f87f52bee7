/// An intended difference, with its reason and every line.
struct IntendedDifference: Sendable {
    let reason: String
    /// The major versions of engines that have this difference.
    var engines = DifferentialScenario.anyEngine
    /// The lines in the format of `Observation.differences(from:)`, with `$n` for the scenario's number.
    let lines: Set<String>

    /// Returns the difference that Docker's own drivers, from version 29 on, reserve no address for an unnamed router.
    static func firstAddressIsRouters(_ mac: String, hasIPv6: Bool) -> IntendedDifference {
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
        return IntendedDifference(
            reason: "on every engine version, the first address is the router's if the user names no gateway",
            engines: 29..<Int.max, lines: lines)
    }

    /// An endpoint of the layer 3 network `lan`, with its addresses and the next hops that swiftvlan gives it.
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

    /// Returns the difference that Docker's own driver gives layer 3 containers default routes without a next hop. Before
    /// version 28 a container can have only one such route.
    static func layer3Gateways(_ endpoints: Layer3Endpoint..., engines: Range<Int>) -> IntendedDifference {
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
        return IntendedDifference(reason: gatewayAtLayer3, engines: engines, lines: lines)
    }

    /// The differences of containers a and b on a network with one subnet and no gateway.
    static let pairAtLayer3 = [
        layer3Gateways(
            Layer3Endpoint("a", "10.$n.31.2", "10.$n.31.1"), Layer3Endpoint("b", "10.$n.31.3", "10.$n.31.1"),
            engines: 0..<28),
        layer3Gateways(
            Layer3Endpoint("a", "10.$n.31.1", "10.$n.31.2"), Layer3Endpoint("b", "10.$n.31.2", "10.$n.31.1"),
            engines: 28..<Int.max),
    ]

    static let gatewayAtLayer3 = "a layer 3 network has a gateway, so that a container can join other networks too"
    static let hostRoutes = "the host has routes to layer 3 networks, which its routing daemon can announce"
}
