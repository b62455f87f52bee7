import NetworkTypes

/// The shim on a parent as it should be.
struct ShimPlan {
    let parent: HostLink
    let attachment: Attachment
    /// The networks that share it.
    let networks: Set<NetworkID>
    /// The MAC addresses that its filter lets pass; nil if it has no filter.
    var sources: Set<MACAddress>?
    var addresses: Set<IPAddress> = []
    /// The destinations that the host reaches through it, each with the source of the host's own packets.
    var ways: [IPPrefix: IPAddress] = [:]
    var neighbors: [IPAddress: MACAddress] = [:]
    /// The families of networks that the host cannot reach, because it has no source address for them.
    var unserved: Set<UnservedFamily> = []

    /// Returns the routes over an existing shim.
    func routes(over shim: HostLink) -> Set<HostRoute> {
        Set(ways.map { HostRoute(to: $0.key, over: shim.index, from: $0.value) })
    }
}

/// A family of a network with host access that the host cannot reach for now.
struct UnservedFamily: Hashable {
    let network: NetworkID
    let family: AddressFamily
}

extension HostAccess {
    /// The reserved address of a family.
    func address(_ family: AddressFamily) -> IPAddress? { addresses.first { $0.family == family } }
}

extension Network {
    /// The families of the network's subnets, IPv4 first.
    var families: [AddressFamily] {
        AddressFamily.allCases.filter { family in
            pools.contains { $0.subnet.family == family && $0.subnet.length > 0 }
        }
    }
}

extension Attachment {
    /// Whether the host's own address on the parent can be the source of its packets to the containers.
    ///
    /// On the links of ipvlan l2, the containers would send their answers to the LAN.
    var servesHostAddress: Bool { hasOwnMACAddresses || isLayer3 }
}
