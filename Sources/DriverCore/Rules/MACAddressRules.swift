import NetworkTypes

/// Rules for the MAC addresses of endpoints.
enum MACAddressRules {
    /// Checks a requested MAC address.
    ///
    /// The kernel checks whether another link has it. The records cannot: they may hold endpoints that Docker forgot
    /// when it was killed.
    static func check(_ address: MACAddress, parent: HostLink?) throws(DriverError) {
        if address.isZero { throw .macAddressNotUsable(address, why: "all its bits are zero") }
        if address.isMulticast { throw .macAddressNotUsable(address, why: "it is a multicast address") }
        if let parent, parent.macAddress == address {
            throw .macAddressNotUsable(address, why: "it is that of the parent link \"\(parent.name)\"")
        }
    }

    /// Returns an address that is not taken, the same every time for the same network and key.
    ///
    /// Neighbor caches and DHCP reservations therefore survive restarts. Network identifiers are random, so two hosts
    /// on one LAN get different addresses. The nodes of a swarm share the identifier of its network; there, each node has
    /// its own range of IP addresses.
    static func stable(
        network: NetworkID, key: String, prefix: MACAddressPrefix? = nil, taken: Set<MACAddress>
    ) throws(DriverError) -> MACAddress {
        try firstFree(prefix, taken) { attempt in StableHash.of("\(network) \(key) \(attempt)") }
    }

    /// Returns an unpredictable address that is not taken.
    static func random(
        taken: Set<MACAddress>, using generator: inout some RandomNumberGenerator
    ) throws(DriverError) -> MACAddress {
        try firstFree(nil, taken) { _ in generator.next() }
    }

    /// Returns a notice if a network's endpoints cannot keep their addresses over restarts.
    ///
    /// The engine sends no lasting identity of an endpoint other than IP addresses and what the user sets: endpoint and
    /// sandbox have new identifiers at each start, and the container's own is not sent (20.10 to 29).
    static func notice(about network: Network) -> Notice? {
        guard network.attachment.choosesMACAddresses, network.settings.macAddress != .random, !network.hasAddresses
        else { return nil }
        return .macAddressesChange(network.id)
    }

    /// Limits the search: a prefix of five octets leaves 256 addresses, which can all be taken.
    private static let attempts = 10_000

    private static func firstFree(
        _ prefix: MACAddressPrefix?, _ taken: Set<MACAddress>, _ bits: (_ attempt: Int) -> UInt64
    ) throws(DriverError) -> MACAddress {
        for attempt in 0..<attempts {
            let address = prefix?.address(endingWith: bits(attempt)) ?? locallyAdministered(bits(attempt))
            if !taken.contains(address), !address.isZero { return address }
        }
        throw .noMACAddressLeft(prefix: prefix?.description ?? "02")
    }

    /// Returns a locally administered unicast address (IEEE 802-2014 §8.4) with a number's low 48 bits.
    private static func locallyAdministered(_ bits: UInt64) -> MACAddress {
        MACAddress(bits: bits & ~0x0300_0000_0000 | 0x0200_0000_0000)
    }
}

extension Notice {
    fileprivate static func macAddressesChange(_ id: NetworkID) -> Notice {
        Notice(
            "containers of network \(id.short) get a new MAC address, and from a DHCP server a new lease, at each "
                + "start, because Docker gives them no IP address to derive it from; set one for each with "
                + "`docker run --mac-address`", .problem, about: .network(id))
    }
}

extension DriverError {
    fileprivate static func macAddressNotUsable(_ address: MACAddress, why: String) -> DriverError {
        DriverError(
            "MAC address \(address) cannot be used: \(why); choose another, such as one that starts with 02")
    }

    static func noMACAddressLeft(prefix: String) -> DriverError {
        DriverError(
            "all MAC addresses that begin with \(prefix) are in use on this parent; choose a shorter prefix")
    }
}
