import NetworkTypes

/// Which MAC address an endpoint gets.
enum MACAddressRules {
    /// Checks an address that the user asked for.
    ///
    /// Whether another endpoint has it is left to the kernel, which knows the living ones: the records may hold
    /// endpoints that Docker forgot when it was killed.
    static func check(_ address: MACAddress, parent: HostLink?) throws(DriverError) {
        if address.isZero { throw .macAddressNotUsable(address, why: "all its bits are zero") }
        if address.isMulticast { throw .macAddressNotUsable(address, why: "it is a multicast address") }
        if let parent, parent.macAddress == address {
            throw .macAddressNotUsable(address, why: "it is that of the parent link \"\(parent.name)\"")
        }
    }

    /// An address for an endpoint whose user asked for none: the same for the same network and key every time, so
    /// that neighbours and reservations hold over restarts, and never one that is taken.
    ///
    /// The network's identifier is random, so that two hosts on one LAN do not come to the same.
    static func stable(
        network: NetworkID, key: String, prefix: MACAddressPrefix? = nil, taken: Set<MACAddress>
    ) throws(DriverError) -> MACAddress {
        try firstFree(prefix, taken) { attempt in StableHash.of("\(network) \(key) \(attempt)") }
    }

    /// An address that nobody can foresee, and never one that is taken.
    static func random(
        taken: Set<MACAddress>, using generator: inout some RandomNumberGenerator
    ) throws(DriverError) -> MACAddress {
        try firstFree(nil, taken) { _ in generator.next() }
    }

    /// Tells the user where a network's endpoints cannot have the same address every time: nothing that the engine says
    /// of an endpoint lasts longer than a run of its container, besides addresses and what the user gives (20.10 to 29:
    /// endpoint and sandbox have new identifiers at each start, and the container's own is not said).
    static func notice(about network: Network) -> Notice? {
        guard network.attachment.choosesMACAddresses, network.settings.macAddress != .random, !network.hasAddresses
        else { return nil }
        return .macAddressesChange(network.id)
    }

    /// A prefix of five octets leaves 256 addresses, which can all be taken.
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

    /// Makes a unicast address of the locally administered range (IEEE 802-2014 §8.4) of a number's low 48 bits.
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
