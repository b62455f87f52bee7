import ControlAPI
import NetworkTypes

/// Finds containers on one parent that have the same MAC address, or that of the parent.
struct DuplicateMACs: Check {
    let name = "duplicate-mac"

    private struct Holder {
        var network: NetworkDocument
        var label: String
        var macAddress: MACAddress
    }

    func examine(_ facts: DoctorFacts) -> CheckResult {
        CheckResult(
            facts.status.networks.grouped(by: \.parent).flatMap { parent, networks in
                let own = facts.links.link(named: parent)?.macAddress
                return holders(in: networks).grouped(by: \.macAddress).compactMap { address, holders in
                    let names = holders.map(\.label).sorted() + (address == own ? ["the host"] : [])
                    return names.count > 1 ? finding(address, names, holders.map(\.network), on: parent) : nil
                }
            })
    }

    private func holders(in networks: [NetworkDocument]) -> [Holder] {
        networks.flatMap { network in
            network.endpoints.compactMap { endpoint in
                endpoint.macAddress.flatMap { MACAddress($0) }
                    .map { Holder(network: network, label: endpoint.label, macAddress: $0) }
            }
        }
    }

    private func finding(
        _ address: MACAddress, _ names: [String], _ networks: [NetworkDocument], on parent: String
    ) -> Finding {
        Finding(
            .problem, name, subject: parent, networks: networks.grouped(by: \.id).compactMap(\.elements.first),
            what: "\(names.joined(separator: " and ")) have the same MAC address \(address) on \(parent)",
            why: "the LAN delivers frames for all of them to only one",
            remedy: "give each container its own --mac-address, or none, and create it again")
    }
}
