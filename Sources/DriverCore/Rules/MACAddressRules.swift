import NetworkTypes

/// Which MAC address an endpoint gets.
enum MACAddressRules {
    /// Checks an address that the user asked for.
    ///
    /// Whether another endpoint has it is left to the kernel, which knows the living ones: the records may hold
    /// endpoints of an engine that died and told nobody.
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
    static func stable(network: NetworkID, key: String, taken: Set<MACAddress>) -> MACAddress {
        var attempt = 0
        while true {
            let address = locallyAdministered(hash(of: "\(network) \(key) \(attempt)"))
            if !taken.contains(address) { return address }
            attempt += 1
        }
    }

    /// Makes a unicast address of the locally administered range (IEEE 802-2014 §8.4) of a number's low 48 bits.
    private static func locallyAdministered(_ bits: UInt64) -> MACAddress {
        MACAddress(bits: bits & ~0x0300_0000_0000 | 0x0200_0000_0000)
    }

    /// FNV-1a with 64 bits, and a finishing step (that of SplitMix64) because the low bits alone are used.
    private static func hash(of text: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ hash >> 30) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ hash >> 27) &* 0x94D0_49BB_1331_11EB
        return hash ^ hash >> 31
    }
}
