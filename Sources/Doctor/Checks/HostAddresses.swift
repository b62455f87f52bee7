import ControlAPI
import DockerAPI
import NetworkTypes

/// Looks for addresses of the host among those that Docker assigns to containers.
struct HostAddresses: Check {
    let name = "host-address"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        var result = CheckResult()
        let own = OwnAddresses(facts)
        let networks = facts.status.networks.filter { $0.lowestLink != nil }
        // An l3 network's subnet is not that of the parent's LAN, and its containers reach the host's address by routes.
        for network in networks {
            result.findings += findings(network, facts, own.addresses(for: network))
        }
        if facts.docker == nil, !networks.isEmpty {
            let reason = facts.dockerError ?? "Docker was not asked"
            result.notChecked.append(
                NotChecked(
                    "whether Docker may assign the host's addresses depends on --ip-range and --aux-address: \(reason)",
                    networks: networks))
        }
        return result
    }

    private func findings(_ network: NetworkDocument, _ facts: DoctorFacts, _ own: [OwnAddress]) -> [Finding] {
        let gateways = Set(network.subnets.compactMap { $0.gateway.flatMap { IPAddress($0) } })
        // A macvlan shim has the host's address too, so containers reach the host as their gateway.
        let isServed = network.isRouted || network.isMacvlan && network.hostAccess != nil
        var findings = own.filter { $0.link == network.parent && gateways.contains($0.address) && !isServed }
            .map { asGateway($0, network) }
        if let docker = facts.dockerNetwork(network) {
            let pools = docker.addressing.pools.compactMap(AssignablePool.init)
            findings += own.filter { place in
                !gateways.contains(place.address) && pools.contains { $0.assigns(place.address) }
            }.map { assignable($0, network) }
        }
        return findings
    }

    private func asGateway(_ own: OwnAddress, _ network: NetworkDocument) -> Finding {
        Finding(
            .problem, name, subject: network.label, networks: [network],
            what:
                "the gateway \(own.address) of network \(network.label) is this host's own address, on \"\(own.link)\"",
            why:
                "the kernel passes no packets between a parent and the links on it, so containers cannot reach other "
                + "networks",
            remedy: "create the network again with --gateway and the address of the LAN's router"
                + (network.isMacvlan ? ", or with -o host_access=on if this host is the router" : ""))
    }

    private func assignable(_ own: OwnAddress, _ network: NetworkDocument) -> Finding {
        let flag = own.address.family == .ipv4 ? "host" : "host6"
        return Finding(
            .warning, name, subject: network.label, networks: [network],
            what: "Docker may assign this host's address \(own.address), on \"\(own.link)\", in network "
                + "\(network.label)",
            why: "the container that gets this address cannot be started",
            remedy:
                "create the network again with --aux-address \(flag)=\(own.address), or with an --ip-range that does "
                + "not contain it")
    }
}

/// The host's addresses that networks' containers must not have, without the copies on shims.
///
/// Addresses of another VRF do not count, nor link-local ones, as in the driver (`HostAddressFinder`).
private struct OwnAddresses {
    private let links: HostLinks
    /// By the index of the VRF; nil is the main routing table.
    private var byTable: [Int32?: [OwnAddress]] = [:]

    init(_ facts: DoctorFacts) {
        links = facts.links
        let shims = Set(facts.status.links.filter { $0.role == .shim }.map(\.name))
        for link in links.all where !shims.contains(link.name) {
            let addresses = link.addresses.map(\.address).filter { !$0.isLinkLocal }
            byTable[vrf(of: link), default: []] += addresses.map { OwnAddress(address: $0, link: link.name) }
        }
    }

    func addresses(for network: NetworkDocument) -> [OwnAddress] {
        byTable[links.link(named: network.parent).flatMap(vrf)] ?? []
    }

    /// Returns the index of the VRF that a link is or belongs to; nil for the main routing table.
    private func vrf(of link: HostLink) -> Int32? {
        if link.kind == "vrf" { return link.index }
        return links.link(at: link.masterIndex).flatMap { $0.kind == "vrf" ? $0.index : nil }
    }
}

/// An address of the host and the link that has it.
private struct OwnAddress: Hashable {
    let address: IPAddress
    let link: String
}

/// The addresses of a pool that Docker may assign without being asked for one.
private struct AssignablePool {
    let range: IPPrefix
    let reserved: Set<IPAddress>

    init?(_ pool: DockerPool) {
        guard let range = (pool.range ?? pool.subnet).flatMap({ IPPrefix($0) }) else { return nil }
        self.range = range
        reserved = Set((pool.reserved ?? [:]).values.compactMap { IPAddress($0) })
    }

    func assigns(_ address: IPAddress) -> Bool { range.contains(address) && !reserved.contains(address) }
}
