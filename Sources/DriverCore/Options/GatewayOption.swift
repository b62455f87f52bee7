import NetworkTypes

/// The option `gateway`: `none`, a router's address for each family, or an address and `none` for the other family.
struct GatewayOption: Hashable {
    /// The routers' addresses, at most one of each family.
    let routers: [IPAddress]
    /// Whether families without a router in `routers` have no default route.
    let isNone: Bool

    /// Returns the routers of an endpoint that overrides its network's, separately for each family.
    func routers(over network: [IPAddress]) -> [IPAddress] {
        guard !isNone else { return routers }
        return routers + network.filter { other in !routers.contains { $0.family == other.family } }
    }
}

extension RawOptions {
    /// Reads `gateway=none`, `gateway=198.51.100.1`, `gateway=198.51.100.1,fe80::1` or `gateway=none,fe80::1`.
    func gateway(_ key: Key) throws(DriverError) -> GatewayOption? {
        guard let text = self[key] else { return nil }
        var routers: [IPAddress] = []
        var isNone = false
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            let words = item.split(separator: " ")
            if words == ["none"], !isNone {
                isNone = true
            } else if words.count == 1, let router = IPAddress(words[0]) {
                routers.append(router)
            } else {
                throw invalid(
                    key, valid: "none, or a router's address for each family, as in 192.168.1.1 or 192.168.1.1,fe80::1")
            }
        }
        try checkRouters(routers, isNone: isNone, key)
        return GatewayOption(routers: routers, isNone: isNone)
    }

    private func checkRouters(_ routers: [IPAddress], isNone: Bool, _ key: Key) throws(DriverError) {
        for family in AddressFamily.allCases where routers.count(where: { $0.family == family }) > 1 {
            throw notUsable(key, why: "it names two routers of \(family.rawValue)", instead: "name one for each family")
        }
        if isNone, routers.count == AddressFamily.allCases.count {
            throw notUsable(
                key, why: "with a router for each family there is none left to be without", instead: "leave out none")
        }
        if let router = routers.first(where: { !$0.canBeRouter }) {
            throw notUsable(key, why: "no router has the address \(router)", instead: "write the router's own address")
        }
    }
}

extension IPAddress {
    /// Whether the kernel accepts the address as a next hop: a unicast address of another host.
    ///
    /// See `fib_check_nh` in net/ipv4/fib_semantics.c and `ip6_validate_gw` in net/ipv6/route.c.
    fileprivate var canBeRouter: Bool {
        switch self {
        case .v4(let address):
            // 0.0.0.0/8 is this network, 127.0.0.0/8 this host, 224.0.0.0/3 multicast, reserved and broadcast.
            ![0, 127].contains(address.bits >> 24) && address.bits >> 29 != 0b111
        case .v6(let address):
            // Unspecified and loopback; ff00::/8 is multicast.
            address.bits > 1 && address.bits >> 120 != 0xFF
        }
    }
}
