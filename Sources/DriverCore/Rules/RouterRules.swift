import NetworkTypes

/// Rules for the routers that the option `gateway` names.
enum RouterRules {
    /// Checks routers against the network whose containers should use them.
    static func check(_ routers: [IPAddress], in network: Network) throws(DriverError) {
        for router in routers {
            if let (why, instead) = objection(to: router, in: network) {
                throw .optionNotUsable(option: "gateway=\(router)", why: why, instead: instead)
            }
        }
    }

    /// Refuses an endpoint with its router's address: the engine does not know that it is taken.
    static func check(_ routers: [IPAddress], against addresses: [IPPrefix]) throws(DriverError) {
        guard let own = addresses.map(\.address).first(where: routers.contains) else { return }
        throw .addressOfRouter(own)
    }

    private static func objection(to router: IPAddress, in network: Network) -> (why: String, instead: String)? {
        guard !network.isInternal else { return ("an --internal network has no way out", "leave one of them out") }
        guard !network.parent.isIsolated else {
            return ("a network without a parent has no way out", "leave it out or name a parent")
        }
        guard !network.attachment.isLayer3 else {
            return ("links at layer 3 have no neighbors to be a router", "leave it out or choose mode=l2")
        }
        // The pool of all addresses that `--ipam-driver null` names gives containers no address.
        let subnets = network.pools.map(\.subnet).filter { $0.family == router.family && $0.length > 0 }
        guard !subnets.isEmpty else {
            return ("the network has no \(router.family.rawValue) subnet", "leave it out or add one with --subnet")
        }
        guard !subnets.contains(where: { $0.isReserved(router) }) else {
            return ("no router has the first or last address of a subnet", "write the router's own address")
        }
        return nil
    }
}

extension IPPrefix {
    /// Whether an address is the network's own or its broadcast address.
    ///
    /// IPv6 subnets, and subnets of one or two addresses, have neither (RFC 3021).
    fileprivate func isReserved(_ address: IPAddress) -> Bool {
        guard family == .ipv4, length < 31, contains(address) else { return false }
        let hostBits = UInt128(1) << UInt128(family.bitWidth - length) - 1
        return [0, hostBits].contains(address.bits & hostBits)
    }
}

extension DriverError {
    fileprivate static func addressOfRouter(_ address: IPAddress) -> DriverError {
        DriverError(
            "address \(address) is the router's, as the option gateway says; choose another with --ip, or create the "
                + "network with --aux-address router=\(address) so that no container is given it")
    }
}
