import ControlAPI
import NetworkTypes

/// Compares the subnets of networks with those of their parents.
struct SubnetOfParent: Check {
    let name = "subnet"

    func examine(_ facts: DoctorFacts) -> CheckResult {
        CheckResult(
            facts.status.networks.compactMap { network in
                // An l3 network has a subnet of its own, and a parent without an address says nothing about its LAN.
                guard network.lowestLink != nil, !network.isRouted, let parent = facts.links.link(named: network.parent)
                else { return nil }
                let own = parent.addresses.filter { !$0.address.isLinkLocal }
                let subnets = network.subnets.compactMap { IPPrefix($0.subnet) }
                let strange = subnets.filter { subnet in
                    let ofFamily = own.filter { $0.family == subnet.family && $0.length < subnet.family.bitWidth }
                    return !ofFamily.isEmpty
                        && !ofFamily.contains { $0.contains(subnet.address) || subnet.contains($0.address) }
                }
                guard let subnet = strange.first, let other = own.first(where: { $0.family == subnet.family }) else {
                    return nil
                }
                return Finding(
                    .note, name, subject: network.label, networks: [network],
                    what: "network \(network.label) has subnet \(subnet), but its parent \"\(parent.name)\" is in "
                        + "\(other.network)",
                    why: "hosts of \(other.network) reach the containers only through a router that has an address in "
                        + "both subnets",
                    remedy: "nothing if the LAN carries both subnets; otherwise create the network again with --subnet "
                        + "\(other.network)")
            })
    }
}
