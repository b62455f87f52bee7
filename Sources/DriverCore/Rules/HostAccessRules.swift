import NetworkTypes

/// Rules for networks whose containers the host reaches (`host_access=on`).
enum HostAccessRules {
    /// Checks the request for such a network without reading the host.
    static func check(_ network: Network) throws(DriverError) {
        guard let access = network.hostAccess else { return }
        if let (why, instead) = objection(to: network) {
            throw .optionNotUsable(option: "host_access=on", why: why, instead: instead)
        }
        for (place, address) in access.addresses.enumerated() {
            try check(address, in: network)
            guard let other = access.addresses[..<place].first(where: { $0.family == address.family }) else { continue }
            throw .hostAddressNotUsable(
                address, why: "\(other) is reserved for the host too; reserve one \(address.family.rawValue) address")
        }
    }

    private static func objection(to network: Network) -> (why: String, instead: String)? {
        if network.parent.isIsolated {
            return ("a network without a parent is connected to nothing", "leave it out or name a parent")
        }
        if network.isInternal { return ("an --internal network has no way to the host", "leave one of them out") }
        switch network.attachment {
        case .macvlan(.bridge), .ipvlan(_, .bridge): break
        case .macvlan(.passthru):
            return (
                "a macvlan passthru link has its parent for itself, so the host can have none beside it",
                "leave it out or choose mode=bridge"
            )
        case .macvlan(let mode):
            return (
                "macvlan \(mode.rawValue) links exchange no packets with other links on their parent",
                "leave it out or choose mode=bridge"
            )
        case .ipvlan(_, let flag):
            return (
                "with ipvlan_flag=\(flag.rawValue), links exchange no packets with other links on their parent",
                "leave one of them out"
            )
        }
        if network.attachment.isLayer3, network.hostRoutes == .off {
            return (
                "at layer 3, the host reaches containers by its host routes, which host_routes=off turns off",
                "leave one of them out"
            )
        }
        guard network.hasAddresses else {
            return (
                "Docker gives containers no addresses that the host could have routes to",
                "leave it out or add a --subnet"
            )
        }
        return nil
    }

    private static func check(_ address: IPAddress, in network: Network) throws(DriverError) {
        guard let pool = network.pool(of: address), pool.subnet.length > 0 else {
            let list = network.pools.map(\.subnet.description).joined(separator: ", ")
            throw .hostAddressNotUsable(address, why: "it is in no subnet of the network; use one in \(list)")
        }
        let routers = network.settings.routers + network.pools.compactMap(\.gateway)
        guard !routers.contains(address) else {
            throw .hostAddressNotUsable(address, why: "it is the router's; reserve another")
        }
    }

    /// Refuses an endpoint with an address that is reserved for the host.
    static func check(_ access: HostAccess?, against addresses: [IPPrefix]) throws(DriverError) {
        guard let access, let own = addresses.map(\.address).first(where: access.addresses.contains) else { return }
        throw .addressOfShim(own)
    }

    /// Refuses a network that reserves the address of an endpoint on its parent for the host.
    static func check(_ access: HostAccess, besides endpoints: [Endpoint]) throws(DriverError) {
        for address in access.addresses {
            guard let other = endpoints.first(where: { $0.addresses.map(\.address).contains(address) }) else {
                continue
            }
            throw .hostAddressNotUsable(
                address, why: "endpoint \(other.id.short) on the same parent has it; reserve one that nobody has")
        }
    }

    /// Refuses a network of which the host could reach no container, and returns notices about the families that it
    /// cannot reach.
    ///
    /// `unserved` are the families without a source address; `own` are the host's addresses on the parent.
    static func notices(
        for network: Network, unserved: [AddressFamily], own: [IPAddress], parent: String
    ) throws(DriverError) -> [Notice] {
        guard let access = network.hostAccess else { return [] }
        if !network.attachment.servesHostAddress, let address = access.addresses.first(where: own.contains) {
            throw .hostAddressNotUsable(
                address,
                why:
                    "it is the host's own on \"\(parent)\", and the host would lose its LAN if an ipvlan link beside the "
                    + "containers had it too; reserve one that nobody has")
        }
        if let family = unserved.first, unserved.count == network.families.count {
            throw .hostHasNoAddress(network, family, parent: parent)
        }
        return unserved.map { .familyUnserved($0, of: network, parent: parent) }
    }
}

extension DriverError {
    fileprivate static func hostAddressNotUsable(_ address: IPAddress, why: String) -> DriverError {
        DriverError("--aux-address host=\(address): \(why)")
    }

    fileprivate static func addressOfShim(_ address: IPAddress) -> DriverError {
        DriverError(
            "address \(address) is reserved for the host, according to --aux-address host=\(address); choose another "
                + "with --ip or --ip6")
    }

    fileprivate static func hostHasNoAddress(
        _ network: Network, _ family: AddressFamily, parent: String
    ) -> DriverError {
        .optionNotUsable(
            option: "host_access=on", why: network.whyUnserved(family, parent: parent),
            instead: "reserve an unused address of the subnet for it with \(family.reservation)")
    }

    /// Returns the error for an endpoint beyond the capacity of a shim's filter.
    static func tooManyEndpoints(parent: String) -> DriverError {
        DriverError(
            "the networks with host_access=on on parent \"\(parent)\" have \(HostLimits.shimSources) containers, which is "
                + "as many as the kernel's filter can name; put the container on a network without host access, or on "
                + "another parent")
    }
}

extension Notice {
    /// Reports that the host cannot reach the containers' addresses of one family.
    static func familyUnserved(_ family: AddressFamily, of network: Network, parent: String) -> Notice {
        let advice = network.attachment.servesHostAddress ? "give it one, or recreate" : "recreate"
        return Notice(
            "the host cannot reach \(family.rawValue) addresses of network \(network.id.short) for now: "
                + "\(network.whyUnserved(family, parent: parent)); \(advice) the network with "
                + family.reservation, .problem, about: .network(network.id))
    }

    static func familyServed(_ family: AddressFamily, of network: Network) -> Notice {
        Notice(
            "the host can reach \(family.rawValue) addresses of network \(network.id.short) again",
            about: .network(network.id))
    }
}

extension Network {
    fileprivate func whyUnserved(_ family: AddressFamily, parent: String) -> String {
        attachment.servesHostAddress
            ? "the host has no \(family.rawValue) address on \"\(parent)\""
            : "the host needs an \(family.rawValue) address of its own beside ipvlan l2 links"
    }
}

extension AddressFamily {
    /// The option that reserves an address for the host.
    fileprivate var reservation: String { self == .ipv4 ? "--aux-address host=ADDRESS" : "--aux-address host6=ADDRESS" }
}
